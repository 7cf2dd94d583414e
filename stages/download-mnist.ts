import * as v from 'valibot';
import { defineKind, StageError } from '../engine/kind.ts';
import { idxImages, idxLabels } from './formats/idx.ts';
import { mnistFiles } from './mnist/files.ts';
import { mnistSource } from './mnist/source.ts';

/** Room above the size of a file, as gzip makes what it cannot pack a little larger. */
const MARGIN = 64 * 1024;

const digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits'));

/**
 * Fetches MNIST, unpacked. The params pin the SHA-256 of each file, so the source (run option `mnist`, see `mnistSource`)
 * cannot change an output.
 */
export default defineKind({
  name: 'download-mnist',
  module: import.meta.url,
  params: v.strictObject({ trainImages: digest, trainLabels: digest, testImages: digest, testLabels: digest }),
  inputs: {},
  outputs: { trainImages: idxImages, trainLabels: idxLabels, testImages: idxImages, testLabels: idxLabels },
  async run(context) {
    const source = mnistSource(context.options.mnist);
    const total = mnistFiles.reduce((sum, { bytes }) => sum + bytes, 0);
    let done = 0;
    try {
      for (const { output, name, bytes } of mnistFiles) {
        const before = done;
        const { from, sha256 } = await source.save(name, context.outputs[output], {
          maxBytes: bytes + MARGIN,
          onBytes: (written) => context.progress({ done: before + written, total, unit: 'bytes', note: name }),
          log: (line) => context.log(line),
        });
        requireDigest(from, sha256, context.params[output]);
        context.log(`${name} from ${from}, SHA-256 as pinned`);
        done += bytes;
      }
    } catch (error) {
      if (!(error instanceof StageError)) throw error;
      throw new StageError(`${error.message}; ${source.remedy}`, { cause: error });
    }
  },
});

function requireDigest(from: string, got: string, expected: string): void {
  if (got === expected) return;
  throw new StageError(`${from} is not the file of MNIST: its SHA-256, unpacked, is ${got}, and should be ${expected}`);
}
