import * as v from 'valibot';
import { defineKind, StageError } from '../engine/kind.ts';
import { type ClassedImages, classedImages, firstOfDigit, meanNorm, noisySamples } from '../science/noisy-mnist.ts';
import { randomStream } from '../science/random.ts';
import { datasetFile, writeDataset } from './formats/dataset.ts';
import { idxImages, idxLabels, readImages, readLabels } from './formats/idx.ts';
import { count, natural, positive } from './schemas.ts';

const digit = v.pipe(natural, v.maxValue(9));

/**
 * Makes a Noisy-MNIST data set (paper.md §1): the first images of some digits in file order, the digits in turn, each with a
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
  async run({ params, inputs, outputs }) {
    const { snr, digits, perDigit, testPerDigit, seed } = params;
    const train = await choose(inputs.trainImages, inputs.trainLabels, digits, perDigit);
    const test = await choose(inputs.testImages, inputs.testLabels, digits, testPerDigit);
    const { rows: n, columns: d } = train.images;
    if (test.images.columns !== d)
      throw new StageError(`${inputs.trainImages} and ${inputs.testImages} differ in image size`);
    const norm = meanNorm(train.images);
    if (norm === 0)
      throw new StageError(`${inputs.trainImages} shows nothing in the images of digits ${digits.join(' and ')}`);
    const factor = (snr * Math.sqrt(d)) / norm;
    await writeDataset(outputs.dataset, {
      setting: { dataset: 'noisy-mnist', snr, nsnr2: n * snr * snr, seed },
      train: noisySamples(train, factor, randomStream(seed, 'noisy-mnist/train')),
      test: noisySamples(test, factor, randomStream(seed, 'noisy-mnist/test')),
    });
  },
});

async function choose(
  imagesPath: string,
  labelsPath: string,
  digits: readonly number[],
  count: number,
): Promise<ClassedImages> {
  const { pixels, rows, columns, count: available } = await readImages(imagesPath);
  const labels = await readLabels(labelsPath);
  if (labels.length !== available) {
    throw new StageError(`${imagesPath} has ${available} images, but ${labelsPath} ${labels.length} labels`);
  }
  const places = digits.map((shown) => {
    const found = firstOfDigit(labels, shown, count);
    if (found.length === count) return found;
    throw new StageError(
      `${labelsPath} has ${found.length} images of digit ${shown}, fewer than the ${count} asked for`,
    );
  });
  return classedImages(pixels, rows * columns, places);
}
