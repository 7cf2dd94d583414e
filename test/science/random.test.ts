import { describe, expect, it } from 'vitest';
import { randomStream } from '../../science/random.ts';

const COUNT = 200_000;

function gaussians(seed: number, name: string): Float64Array {
  const stream = randomStream(seed, name);
  return Float64Array.from({ length: COUNT }, () => stream.gaussian());
}

const mean = (values: Float64Array, f: (x: number) => number) =>
  values.reduce((sum, x) => sum + f(x), 0) / values.length;

describe('randomStream', () => {
  it('is uniform on [0, 1)', () => {
    const stream = randomStream(1, 'uniform');
    const values = Float64Array.from({ length: COUNT }, () => stream.uniform());
    expect(Math.min(...values.subarray(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values.subarray(0, 50_000))).toBeLessThan(1);
    expect(mean(values, (x) => x)).toBeCloseTo(1 / 2, 2);
    expect(mean(values, (x) => x * x)).toBeCloseTo(1 / 3, 2);
  });

  it('has the moments of a standard normal', () => {
    const values = gaussians(2, 'gaussian');
    const within = (actual: number, expected: number, variance: number) =>
      expect(Math.abs(actual - expected)).toBeLessThan(4 * Math.sqrt(variance / COUNT));
    within(
      mean(values, (x) => x),
      0,
      1,
    );
    within(
      mean(values, (x) => x * x),
      1,
      2,
    );
    within(
      mean(values, (x) => x * x * x),
      0,
      15,
    );
    within(
      mean(values, (x) => x * x * x * x),
      3,
      96,
    );
    within(
      mean(values, (x) => (Math.abs(x) < 1.959964 ? 1 : 0)),
      0.95,
      0.95 * 0.05,
    );
  });

  it('gives the same stream for the same seed and name, whatever else was drawn', () => {
    const first = randomStream(3, 'a');
    randomStream(3, 'b').gaussian();
    const second = randomStream(3, 'a');
    expect([first.gaussian(), first.uniform()]).toEqual([second.gaussian(), second.uniform()]);
  });

  it('gives uncorrelated streams for seeds and names that differ little', () => {
    const streams = [gaussians(4, 'a'), gaussians(5, 'a'), gaussians(4, 'b'), gaussians(4, 'a/a'), gaussians(14, 'a')];
    for (const [i, x] of streams.entries()) {
      for (const y of streams.slice(i + 1)) {
        const correlation = x.reduce((sum, value, k) => sum + value * y[k], 0) / COUNT;
        expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(COUNT));
      }
    }
  });

  it('is the generator that the committed results were made with', () => {
    const stream = randomStream(0, 'golden');
    const drawn = [stream.uniform(), stream.gaussian(), stream.gaussian(), stream.uniform()];
    expect(drawn).toEqual([0.13376019384620885, -0.761068394108212, 0.17502843174602256, 0.6573480313113914]);
  });
});
