import { exp, ln } from './special-functions.ts';

/**
 * How strongly one training run follows signal and noise, at one recorded iteration; means over neurons and patches.
 */
export interface Learning {
  readonly signal: number;
  readonly noise: number;
}

/**
 * The growth of noise learning that ends the early phase: weights still too small for the quadratic terms to matter.
 */
export const EARLY_GROWTH = 3;

/** The same for models that may learn the signals alone: the growth of signal and noise learning together. */
export const EARLY_JOINT_GROWTH = 3;

/**
 * The ratio signal/noise at the moment when noise learning is `EARLY_GROWTH` times its start (paper.md §3). Theory
 * expects n·SNR²/2.
 * @param records of one run, from its start on; all values positive.
 * @returns undefined if noise learning never grows that far.
 */
export function earlyPhaseRatio(records: readonly Learning[]): number | undefined {
  return ratioAtGrowth(records, ({ noise }) => noise, EARLY_GROWTH);
}

/**
 * The ratio signal/noise at the moment when the sum of the two is `EARLY_JOINT_GROWTH` times its start.
 * @param records of one run, from its start on; all values positive.
 * @returns undefined if the sum never grows that far.
 */
export function earlyJointRatio(records: readonly Learning[]): number | undefined {
  return ratioAtGrowth(records, ({ signal, noise }) => signal + noise, EARLY_JOINT_GROWTH);
}

/** Between two records signal and noise grow exponentially, so their ratio is interpolated linearly in logarithms. */
function ratioAtGrowth(
  records: readonly Learning[],
  sizeOf: (record: Learning) => number,
  growth: number,
): number | undefined {
  const [start] = records;
  if (start === undefined) return undefined;
  const target = growth * sizeOf(start);
  const index = records.findIndex((record) => sizeOf(record) >= target);
  const [before, after] = [records[index - 1], records[index]];
  if (before === undefined || after === undefined) return undefined;
  const share = ln(target / sizeOf(before)) / ln(sizeOf(after) / sizeOf(before));
  const [from, to] = [before.signal / before.noise, after.signal / after.noise];
  return from * exp(share * ln(to / from));
}
