import { expect, it } from 'vitest';
import { randomStream } from '../../science/random.ts';
import { exp } from '../../science/special-functions.ts';
import { fillGaussian } from '../../science/ziggurat.ts';

const COUNT = 400_000;

function drawn(seed: number): Float64Array {
  const numbers = new Float64Array(COUNT);
  fillGaussian(numbers, randomStream(seed, 'ziggurat.test'));
  return numbers;
}

const numbers = drawn(1);
const mean = (f: (x: number) => number) => numbers.reduce((sum, x) => sum + f(x), 0) / COUNT;

it('is a function of the stream', () => {
  const head = (all: Float64Array) => all.slice(0, 1000);
  expect(head(drawn(1))).toEqual(head(numbers));
  expect(head(drawn(2))).not.toEqual(head(numbers));
});

it.each([
  { power: 1, moment: 0, deviation: 1 },
  { power: 2, moment: 1, deviation: Math.sqrt(2) },
  { power: 3, moment: 0, deviation: Math.sqrt(15) },
  { power: 4, moment: 3, deviation: Math.sqrt(96) },
  { power: 6, moment: 15, deviation: Math.sqrt(10_170) },
])('has the moment $power of a normal number', ({ power, moment, deviation }) => {
  // biome-ignore lint/plugin: the oracle of a test
  const error = mean((x) => x ** power) - moment;
  expect(Math.abs(error)).toBeLessThan((4 * deviation) / Math.sqrt(COUNT));
});

// The normal distribution function at edges within, between and beyond the layers.
it.each([
  [-3.442619855899, 0.000288047],
  [-2, 0.022750132],
  [-1, 0.158655254],
  [-0.25, 0.401293674],
  [0.1, 0.539827837],
  [0.5, 0.691462461],
  [1.5, 0.933192799],
  [3, 0.998650102],
  [3.8, 0.999927652],
])('is below %s with the probability %s', (bound, probability) => {
  const error = mean((x) => (x < bound ? 1 : 0)) - probability;
  expect(Math.abs(error)).toBeLessThan(4 * Math.sqrt((probability * (1 - probability)) / COUNT));
});

// Finer than the layers are wide, so that an error in one of them, or at its slanted edge, shows.
it('has the density of a normal number', () => {
  const width = 0.05;
  const bins = Array.from({ length: 120 }, (_, bin) => ({ from: (bin - 60) * width, found: 0 }));
  for (const x of numbers) {
    const bin = bins[Math.floor(x / width) + 60];
    if (bin !== undefined) bin.found += 1;
  }
  const density = (x: number) => exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  const chiSquare = bins.reduce((sum, { from, found }) => {
    const simpson = (density(from) + 4 * density(from + width / 2) + density(from + width)) / 6;
    const expected = COUNT * width * simpson;
    return sum + ((found - expected) * (found - expected)) / expected;
  }, 0);
  expect(Math.abs(chiSquare - bins.length)).toBeLessThan(4 * Math.sqrt(2 * bins.length));
});

it('takes from the stream what the numbers need, and no more', () => {
  const stream = randomStream(1, 'ziggurat.test');
  const pieces = [0, 1, 2, 997].flatMap((length) => {
    const piece = new Float64Array(length);
    fillGaussian(piece, stream);
    return Array.from(piece);
  });
  expect(pieces).toEqual(Array.from(numbers.subarray(0, 1000)));
});

it('is the method that the committed results were made with', () => {
  const far = numbers.findIndex((x) => Math.abs(x) > 3.45);
  expect([...numbers.subarray(0, 3), far, numbers[far]]).toEqual([
    -0.663241064876546, -0.9027597258815132, -0.6898183376965212, 143, 3.58538870638733,
  ]);
});
