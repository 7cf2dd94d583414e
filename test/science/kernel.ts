import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { MatrixBackend } from '../../science/matrix-backend.ts';
import type { Precision } from '../../science/matrix-kernel.ts';
import { openPortableBackend } from '../../science/portable-backend.ts';
import { compileKernel } from '../../stages/compile-kernel.ts';

/** A backend that computes in float64, as derivations are checked. */
export async function openFloat64Backend(): Promise<MatrixBackend> {
  return openPortableBackend(await compiledKernel('float64'), 'float64');
}

/** The bytes of the compiled kernel. */
export async function compiledKernel(precision: Precision): Promise<Uint8Array> {
  const source = await readFile(new URL('../../science/kernel/kernel.ts', import.meta.url), 'utf8');
  const compiler = fileURLToPath(import.meta.resolve('assemblyscript/bin/asc.js'));
  return compileKernel({ 'kernel.ts': source }, precision, compiler);
}
