import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { defineSource, StageError } from '../engine/kind.ts';
import { idxImages, idxLabels } from './formats/idx.ts';
import { mnistFiles } from './mnist/files.ts';
import { mnistSource } from './mnist/source.ts';

/** Room above the size of a file, as gzip makes what it cannot pack a little larger. */
const MARGIN = 64 * 1024;

const digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits'));

/**
 * Fetches MNIST, unpacked. The params pin the SHA-256 of each file, so the source (run option `mnist`, see
 * `mnistSource`) cannot change an output.
 */
export default defineSource({
  name: 'download-mnist',
  module: import.meta.url,
  params: v.strictObject({ trainImages: digest, trainLabels: digest, testImages: digest, testLabels: digest }),
  inputs: {},
  outputs: { trainImages: idxImages, trainLabels: idxLabels, testImages: idxImages, testLabels: idxLabels },
  effects: ['network', 'packages'],
  async run({ params, options, locate, progress, log }) {
    const source = mnistSource(options.mnist, locate);
    const total = Object.values(mnistFiles).reduce((sum, { bytes }) => sum + bytes, 0);
    let done = 0;
    const read = async (output: keyof typeof mnistFiles) => {
      const { name, bytes: size } = mnistFiles[output];
      const { from, bytes } = await source.read(name, {
        maxBytes: size + MARGIN,
        onBytes: (unpacked) => progress({ done: done + unpacked, total, unit: 'bytes', note: name }),
        log,
      });
      requirePinned(from, bytes, params[output]);
      log(`${name} from ${from}, SHA-256 as pinned`);
      done += size;
      return bytes;
    };
    try {
      return {
        trainImages: idxImages.decode(await read('trainImages')),
        trainLabels: idxLabels.decode(await read('trainLabels')),
        testImages: idxImages.decode(await read('testImages')),
        testLabels: idxLabels.decode(await read('testLabels')),
      };
    } catch (error) {
      if (!(error instanceof StageError)) throw error;
      throw new StageError(`${error.message}; ${source.remedy}`, { cause: error });
    }
  },
});

function requirePinned(from: string, bytes: Uint8Array, expected: string): void {
  const got = createHash('sha256').update(bytes).digest('hex');
  if (got === expected) return;
  throw new StageError(`${from} is not the file of MNIST: its SHA-256, unpacked, is ${got}, and should be ${expected}`);
}
