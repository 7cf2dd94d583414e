import { describe, expect, it } from 'vitest';
import { bootstrapMean, RESAMPLES } from '../../science/bootstrap.ts';
import { randomStream } from '../../science/random.ts';

/** The share of samples of normal values whose interval covers the true mean. */
function coverage(size: number, samples: number): number {
  const normal = randomStream(1, `coverage/${size}`);
  const covered = Array.from({ length: samples }, (_, k) => {
    const values = Array.from({ length: size }, () => 5 + normal.gaussian());
    const { interval } = bootstrapMean(values, randomStream(k, 'resamples'));
    return interval[0] <= 5 && 5 <= interval[1];
  });
  return covered.filter(Boolean).length / samples;
}

describe('bootstrapMean', () => {
  // The bounds are three standard errors of a share of 400 samples.
  it.each([
    { size: 3, share: 0.75 },
    { size: 10, share: 0.9 },
    { size: 20, share: 0.925 },
  ])('covers the mean of $size normal values in $share of cases', ({ size, share }) => {
    const samples = 400;
    expect(Math.abs(coverage(size, samples) - share)).toBeLessThan(3 * Math.sqrt((share * (1 - share)) / samples));
  });

  it('leaves out 2.5 % of the means on either side', () => {
    let drawn = 0;
    // All values of a resample are the same one: the means are the values, each once.
    const uniform = () => (Math.floor(drawn++ / RESAMPLES) + 0.5) / RESAMPLES;
    const values = Array.from({ length: RESAMPLES }, (_, k) => k);
    const { interval } = bootstrapMean(values, { uniform });
    expect(interval).toEqual([0.025 * RESAMPLES, 0.975 * RESAMPLES - 1]);
  });

  it('is as wide as the normal approximation where there are many values', () => {
    const normal = randomStream(2, 'many');
    const values = Array.from({ length: 900 }, () => normal.gaussian());
    const { estimate, interval } = bootstrapMean(values, randomStream(1, 'resamples'));
    expect(estimate - interval[0]).toBeCloseTo(1.96 / 30, 2);
    expect(interval[1] - estimate).toBeCloseTo(1.96 / 30, 2);
  });

  it('is the range of three values, and a point for equal ones', () => {
    expect(bootstrapMean([4, 1, 1.5], randomStream(1, 'resamples')).interval).toEqual([1, 4]);
    expect(bootstrapMean([2, 2], randomStream(1, 'resamples'))).toEqual({ estimate: 2, interval: [2, 2] });
  });

  it('depends on the stream alone', () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6];
    const run = () => bootstrapMean(values, randomStream(7, 'resamples'));
    expect(run()).toEqual(run());
  });

  it('refuses to take the mean of nothing', () => {
    expect(() => bootstrapMean([], randomStream(1, 'resamples'))).toThrow('there is no value');
  });
});
