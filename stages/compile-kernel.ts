import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { defineKind } from '../engine/kind.ts';
import { PRECISIONS, type Precision } from '../science/matrix-kernel.ts';
import { kernelFile } from './formats/kernel.ts';

/** Compiles the matrix kernel of the portable engine from AssemblyScript to WebAssembly, for elements of one precision. */
export default defineKind({
  name: 'compile-kernel',
  module: import.meta.url,
  params: v.strictObject({ precision: v.picklist(PRECISIONS) }),
  inputs: {},
  outputs: { kernel: kernelFile },
  async run({ params, outputs }) {
    await compileKernel(outputs.kernel, params.precision);
  },
});

/**
 * Compiles science/kernel/kernel.ts to a WebAssembly file with 128-bit SIMD. Relaxed SIMD stays off, since its results
 * depend on the processor.
 * @throws {Error} if the source does not compile, with the compiler's messages.
 */
export async function compileKernel(path: string, precision: Precision): Promise<void> {
  const compiler = fileURLToPath(import.meta.resolve('assemblyscript/bin/asc.js'));
  const source = fileURLToPath(import.meta.resolve('../science/kernel/kernel.ts'));
  const element = { float32: 'f32', float64: 'f64' }[precision];
  const options = ['--outFile', path, '-O3', '--runtime', 'stub', '--enable', 'simd', '--use', `Real=${element}`];
  // A process of its own: under tsx, importing the compiler into this one takes 9 s, ten times what it then works. V8's
  // better code for the compiler's own WebAssembly would cost more than it saves.
  await promisify(execFile)(process.execPath, ['--liftoff-only', compiler, source, ...options]);
}
