import { expect, it } from 'vitest';
import { type RandomStream, randomStream } from '../../science/random.ts';
import { exp, ln } from '../../science/special-functions.ts';
import { NormalNumbers } from '../../science/ziggurat.ts';

const COUNT = 400_000;

function draw(count: number, stream: RandomStream): Float64Array {
  const numbers = new NormalNumbers(count);
  numbers.draw(stream);
  return numbers.values;
}

function drawn(seed: number): Float64Array {
  return draw(COUNT, randomStream(seed, 'ziggurat.test'));
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
  const normalDensity = (x: number) => density(x) / Math.sqrt(2 * Math.PI);
  const chiSquare = bins.reduce((sum, { from, found }) => {
    const simpson = (normalDensity(from) + 4 * normalDensity(from + width / 2) + normalDensity(from + width)) / 6;
    const expected = COUNT * width * simpson;
    return sum + ((found - expected) * (found - expected)) / expected;
  }, 0);
  expect(Math.abs(chiSquare - bins.length)).toBeLessThan(4 * Math.sqrt(2 * bins.length));
});

it('takes from the stream what the numbers need, and no more', () => {
  const stream = randomStream(1, 'ziggurat.test');
  const pieces = [0, 1, 2, 997].flatMap((length) => Array.from(draw(length, stream)));
  expect(pieces).toEqual(Array.from(numbers.subarray(0, 1000)));
});

it('is the method that the committed results were made with', () => {
  const far = numbers.findIndex((x) => Math.abs(x) > 3.45);
  expect([...numbers.subarray(0, 3), far, numbers[far]]).toEqual([
    -0.663241064876546, -0.9027597258815132, -0.6898183376965212, 143, 3.58538870638733,
  ]);
});

// Beside WebAssembly: the same numbers, and the stream where it was, from nothing but uniform numbers.
it('draws what the method draws one number at a time', () => {
  const layers = layersOfEqualArea();
  const [stream, other] = [1, 1].map((seed) => randomStream(seed, 'ziggurat.test/one'));
  expect(draw(100_000, stream)).toEqual(Float64Array.from({ length: 100_000 }, () => oneNumber(layers, other)));
  expect(stream.uniform()).toBe(other.uniform());
});

const R = 3.442619855899;
const density = (x: number) => exp((-x * x) / 2);

function layersOfEqualArea(): number[] {
  const edges = [9.91256303526217e-3 / density(R), R];
  while (edges.length < 128) {
    const x = edges[edges.length - 1];
    edges.push(Math.sqrt(-2 * ln(9.91256303526217e-3 / x + density(x))));
  }
  return [...edges, 0];
}

function oneNumber(edges: readonly number[], stream: RandomStream): number {
  const scaled = 128 * stream.uniform();
  const layer = Math.floor(scaled);
  const x = (2 * (scaled - layer) - 1) * edges[layer];
  if (Math.abs(x) < edges[layer + 1]) return x;
  if (layer === 0) return x < 0 ? -oneOfTail(stream) : oneOfTail(stream);
  const [below, above] = [density(edges[layer]), density(edges[layer + 1])];
  return below + stream.uniform() * (above - below) < density(x) ? x : oneNumber(edges, stream);
}

function oneOfTail(stream: RandomStream): number {
  const [x, y] = [-ln(1 - stream.uniform()) / R, -ln(1 - stream.uniform())];
  return 2 * y > x * x ? R + x : oneOfTail(stream);
}
