import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileKernel } from '../../stages/compile-kernel.ts';

/** The bytes of the compiled kernel. */
export async function compiledKernel(): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'kernel-'));
  try {
    const path = join(folder, 'kernel.wasm');
    await compileKernel(path);
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}
