import { type Matrix, row, zeros } from './matrix.ts';
import type { RandomStream } from './random.ts';
import { shuffleHead } from './shuffle.ts';
import type { TwoPatchSamples } from './two-patch-data.ts';

/** Images of classes, in turn: one of each, then another of each, ... */
export interface ClassedImages {
  /** Grey levels from 0 to 1, a row an image. */
  readonly images: Matrix;
  /** The label of its class for each image. */
  readonly labels: Int32Array;
}

/**
 * The places of `count` different images that show a digit, drawn evenly; fewer if there are no more. The first of them
 * are those of a smaller count.
 */
export function drawnOfDigit(digits: Uint8Array, digit: number, count: number, random: RandomStream): number[] {
  const places = [...digits.keys()].filter((place) => digits[place] === digit);
  const drawn = Math.min(count, places.length);
  shuffleHead(places, drawn, random);
  return places.slice(0, drawn);
}

/**
 * The images at the given places of each class, as many of each, in turn: so a smaller choice is the head of a larger
 * one, and an image keeps its noise patch when more are chosen. Labels are -1 and +1 for two classes, and 0, 1, ... for
 * more.
 * @param pixels Grey levels from 0 to 255, an image of `size` pixels after the other.
 */
export function classedImages(
  pixels: Uint8Array,
  size: number,
  placesOfClasses: readonly (readonly number[])[],
): ClassedImages {
  const classes = placesOfClasses.length;
  const places = placesOfClasses[0].flatMap((_, k) => placesOfClasses.map((ofClass) => ofClass[k]));
  const images = zeros(places.length, size);
  places.forEach((place, i) => {
    const target = row(images, i);
    for (let j = 0; j < size; j++) target[j] = pixels[place * size + j] / 255;
  });
  return { images, labels: Int32Array.from(places, (_, i) => (classes === 2 ? 2 * (i % 2) - 1 : i % classes)) };
}

/** The mean of the Euclidean norms of the rows. */
export function meanNorm(matrix: Matrix): number {
  let sum = 0;
  for (let i = 0; i < matrix.rows; i++) sum += Math.sqrt(row(matrix, i).reduce((squares, x) => squares + x * x, 0));
  return sum / matrix.rows;
}

/**
 * Noisy-MNIST (paper.md §1): x_i¹ is image i times `factor`, x_i² a standard Gaussian patch of the same size, both
 * rounded to float32. The noise depends on the stream alone, so samples of every SNR share it.
 */
export function noisySamples({ images, labels }: ClassedImages, factor: number, noise: RandomStream): TwoPatchSamples {
  const signals = zeros(images.rows, images.columns);
  const noises = zeros(images.rows, images.columns);
  images.values.forEach((grey, k) => {
    signals.values[k] = Math.fround(factor * grey);
    noises.values[k] = Math.fround(noise.gaussian());
  });
  return { signals, signalOf: Int32Array.from(labels, (_, i) => i), noises, labels };
}
