import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { MatrixEngine } from '../../science/matrix-engine.ts';
import type { Precision } from '../../science/matrix-kernel.ts';
import { openPortableEngine } from '../../science/portable-engine.ts';
import { compileKernel } from '../../stages/compile-kernel.ts';

/** An engine that computes in float64, as derivations are checked. */
export async function openFloat64Engine(): Promise<MatrixEngine> {
  return openPortableEngine(await compiledKernel('float64'), 'float64');
}

/** The bytes of the compiled kernel. */
export async function compiledKernel(precision: Precision): Promise<Uint8Array> {
  const source = await readFile(new URL('../../science/kernel/kernel.ts', import.meta.url), 'utf8');
  const compiler = fileURLToPath(import.meta.resolve('assemblyscript/bin/asc.js'));
  return compileKernel({ 'kernel.ts': source }, precision, compiler);
}
