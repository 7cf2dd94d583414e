import { mean } from './mean.ts';
import type { RandomStream } from './random.ts';

/** A mean, and where it may lie. */
export interface Estimate {
  readonly estimate: number;
  /** Lower and upper end. */
  readonly interval: readonly [number, number];
}

/** How often the values are drawn again. */
export const RESAMPLES = 4000;
/** What a 95 % interval leaves out on either side. */
const TAIL = 0.025;

/**
 * The mean of values with its 95 % percentile bootstrap interval: the middle 95 % of the means of as many values, drawn
 * again with replacement. The percentile needs nothing but the values, and never leaves their range, as an interval for
 * an accuracy must not. With few values it is too narrow: for normal values it covers the true mean in 90 % of cases
 * with ten, and in 75 % with three, where it is their range (test/claims/bootstrap.test.ts).
 * @throws {RangeError} if there is no value.
 */
export function bootstrapMean(values: readonly number[], random: Pick<RandomStream, 'uniform'>): Estimate {
  const n = values.length;
  if (n === 0) throw new RangeError('there is no value to take the mean of');
  const means = new Float64Array(RESAMPLES);
  for (let k = 0; k < RESAMPLES; k++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[Math.floor(random.uniform() * n)];
    means[k] = sum / n;
  }
  means.sort();
  const left = Math.round(TAIL * RESAMPLES);
  return { estimate: mean(values), interval: [means[left], means[RESAMPLES - 1 - left]] };
}
