import * as v from 'valibot';
import { defineKind, StageError } from '../engine/kind.ts';
import { type ClassedImages, classedImages, drawnOfDigit, meanNorm, noisySamples } from '../science/noisy-mnist.ts';
import { randomStream } from '../science/random.ts';
import { datasetFile } from './formats/dataset.ts';
import { type IdxImages, idxImages, idxLabels } from './formats/idx.ts';
import { count, natural, positive } from './schemas.ts';

const digit = v.pipe(natural, v.maxValue(9));

/**
 * Makes a Noisy-MNIST data set (paper.md §1): images of some digits, drawn by the seed, the digits in turn, each with a
 * Gaussian patch. The images are scaled by the one factor that gives the training images the mean norm snr·√784.
 */
export default defineKind({
  name: 'noisy-mnist',
  module: import.meta.url,
  params: v.strictObject({
    /** SNR~, the scale of the images. */
    snr: positive,
    /** The digits of label -1 and of label +1, or more than two, of labels 0, 1, ... */
    digits: v.pipe(
      v.array(digit),
      v.minLength(2),
      v.check((digits) => new Set(digits).size === digits.length, 'must be different digits'),
    ),
    /** Training images of each digit. */
    perDigit: count,
    /** Test images of each digit. */
    testPerDigit: count,
    seed: natural,
  }),
  inputs: { trainImages: idxImages, trainLabels: idxLabels, testImages: idxImages, testLabels: idxLabels },
  outputs: { dataset: datasetFile },
  run({ params, inputs }) {
    const { snr, digits, perDigit, testPerDigit, seed } = params;
    const train = choose('training', inputs.trainImages, inputs.trainLabels, digits, perDigit, seed);
    const test = choose('test', inputs.testImages, inputs.testLabels, digits, testPerDigit, seed);
    const { rows: n, columns: d } = train.images;
    if (test.images.columns !== d) throw new StageError('the training and the test images differ in image size');
    const norm = meanNorm(train.images);
    if (norm === 0) throw new StageError(`the training images of digits ${digits.join(' and ')} show nothing`);
    const factor = (snr * Math.sqrt(d)) / norm;
    return {
      dataset: {
        setting: { dataset: 'noisy-mnist', snr, nsnr2: n * snr * snr, seed },
        train: noisySamples(train, factor, randomStream(seed, 'noisy-mnist/train')),
        test: noisySamples(test, factor, randomStream(seed, 'noisy-mnist/test')),
      },
    };
  },
});

/** Images of each digit, drawn from one part of MNIST. */
function choose(
  part: 'training' | 'test',
  { pixels, rows, columns, count: available }: IdxImages,
  labels: Uint8Array,
  digits: readonly number[],
  count: number,
  seed: number,
): ClassedImages {
  if (labels.length !== available) {
    throw new StageError(`there are ${available} ${part} images, but ${labels.length} labels of them`);
  }
  const places = digits.map((shown) => {
    const found = drawnOfDigit(labels, shown, count, randomStream(seed, `noisy-mnist/${part} images of ${shown}`));
    if (found.length === count) return found;
    throw new StageError(
      `there are ${found.length} ${part} images of digit ${shown}, fewer than the ${count} asked for`,
    );
  });
  return classedImages(pixels, rows * columns, places);
}
