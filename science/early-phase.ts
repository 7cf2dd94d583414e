import { exp, ln } from './special-functions.ts';

/** How strongly one training run follows signal and noise, at one recorded iteration; means over neurons and patches. */
export interface Learning {
  readonly signal: number;
  readonly noise: number;
}

/** The growth of noise learning that ends the early phase: weights still too small for the quadratic terms to matter. */
export const EARLY_GROWTH = 3;

/**
 * The ratio signal/noise at the moment when noise learning is three times its start. Between two records both quantities
 * grow exponentially, so it is interpolated linearly in their logarithms. paper.md §3; theory expects n·SNR²/2.
 * @param records of one run, from its start on; all values positive.
 * @returns undefined if noise learning never grows that far.
 */
export function earlyPhaseRatio(records: readonly Learning[]): number | undefined {
  const target = EARLY_GROWTH * (records[0]?.noise ?? Number.NaN);
  const index = records.findIndex(({ noise }) => noise >= target);
  const [before, after] = [records[index - 1], records[index]];
  if (before === undefined || after === undefined) return undefined;
  const share = ln(target / before.noise) / ln(after.noise / before.noise);
  const [from, to] = [before.signal / before.noise, after.signal / after.noise];
  return from * exp(share * ln(to / from));
}
