import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  const folder = await mkdtemp(join(tmpdir(), 'kernel-'));
  try {
    const path = join(folder, 'kernel.wasm');
    await compileKernel(path, precision);
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}
