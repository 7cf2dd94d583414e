import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { defineKind } from '../engine/kind.ts';
import { kernelFile } from './formats/kernel.ts';

/** Compiles the matrix kernel of the portable engine from AssemblyScript to WebAssembly. */
export default defineKind({
  name: 'compile-kernel',
  module: import.meta.url,
  params: v.strictObject({}),
  inputs: {},
  outputs: { kernel: kernelFile },
  async run({ outputs }) {
    await compileKernel(outputs.kernel);
  },
});

/**
 * Compiles science/kernel/kernel.ts to a WebAssembly file with 128-bit SIMD. Relaxed SIMD stays off, since its results
 * depend on the processor.
 * @throws {Error} if the source does not compile, with the compiler's messages.
 */
export async function compileKernel(path: string): Promise<void> {
  const compiler = fileURLToPath(import.meta.resolve('assemblyscript/bin/asc.js'));
  const source = fileURLToPath(import.meta.resolve('../science/kernel/kernel.ts'));
  const options = ['--outFile', path, '-O3', '--runtime', 'stub', '--enable', 'simd'];
  // A process of its own: under tsx, importing the compiler into this one takes 9 s, ten times what it then works.
  await promisify(execFile)(process.execPath, [compiler, source, ...options]);
}
