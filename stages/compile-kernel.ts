import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { defineSource } from '../engine/kind.ts';
import { PRECISIONS, type Precision } from '../science/matrix-kernel.ts';
import { kernelFile } from './formats/kernel.ts';

/** Compiles the matrix kernel of the portable backend from AssemblyScript to WebAssembly, for elements of one precision. */
export default defineSource({
  name: 'compile-kernel',
  module: import.meta.url,
  params: v.strictObject({ precision: v.picklist(PRECISIONS) }),
  inputs: {},
  outputs: { kernel: kernelFile },
  effects: ['process', 'packages'],
  native: () => ({ packages: ['assemblyscript'], portable: true }),
  async run({ params, locate }) {
    const { default: kernel } = await import('../science/kernel/kernel.ts?source');
    return { kernel: await compileKernel({ [ENTRY]: kernel }, params.precision, locate('assemblyscript/bin/asc.js')) };
  },
});

const ENTRY = 'kernel.ts';
const OUTPUT = 'kernel.wasm';

/**
 * Compiles the kernel to WebAssembly with 128-bit SIMD. Relaxed SIMD stays off, since its results depend on the processor.
 * @param sources The texts of its files by their names, `kernel.ts` and what it imports.
 * @param compiler The path of AssemblyScript's command, bin/asc.js.
 * @throws {Error} if the sources do not compile, with the compiler's messages.
 */
export async function compileKernel(
  sources: Readonly<Record<string, string>>,
  precision: Precision,
  compiler: string,
): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'compile-kernel-'));
  try {
    for (const [name, text] of Object.entries(sources)) await writeFile(join(folder, name), text);
    const element = { float32: 'f32', float64: 'f64' }[precision];
    const options = ['--outFile', OUTPUT, '-O3', '--runtime', 'stub', '--enable', 'simd', '--use', `Real=${element}`];
    // A process of its own, since the compiler is no part of the bundle. V8's better code for the compiler's own
    // WebAssembly would cost more than it saves.
    await promisify(execFile)(process.execPath, ['--liftoff-only', compiler, ENTRY, ...options], {
      cwd: folder,
      env: {},
    });
    return await readFile(join(folder, OUTPUT));
  } finally {
    await rm(folder, { recursive: true });
  }
}
