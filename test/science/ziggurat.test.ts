import { expect, it } from 'vitest';
import { randomStream } from '../../science/random.ts';
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
