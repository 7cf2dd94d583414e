import { groups } from 'd3-array';
import { bootstrapMean } from '../../science/bootstrap.ts';
import { mean } from '../../science/mean.ts';
import { randomStream } from '../../science/random.ts';
import type { Measure } from '../claims/claim.ts';
import { type Verdict, verdictOf } from '../claims/criterion.ts';
import type { TrialRow } from '../formats/trials.ts';

/** Of the stream of random numbers that seeds are resampled with. */
const BOOTSTRAP_SEED = 1;

/** What a claim came to over the seeds at one value of a choice. */
export interface Trial {
  readonly choice: string;
  readonly factor: number;
  readonly verdict: Verdict;
  /** Whether the mean over seeds meets the criterion. */
  readonly holds: boolean;
}

/** The trials of a claim, in the order of the rows. */
export function trialsOf(measure: Measure, rows: readonly TrialRow[]): Trial[] {
  const own = rows.filter((row) => row.claim === measure.id);
  return groups(own, ({ choice, factor }) => `${choice} ${factor}`).map(([name, found]) => {
    const [{ choice, factor }] = found;
    const values = found.map(({ value }) => value);
    return { choice, factor, verdict: verdictAt(measure, name, values), holds: meets(measure, values) };
  });
}

/**
 * Whether the mean over seeds of a claim's statistic meets its criterion; it does not where one of them is not a
 * number.
 */
export function meets({ criterion: { from, to } }: Measure, values: readonly (number | undefined)[]): boolean {
  const estimate = mean(values.map((value) => value ?? Number.NaN));
  return from <= estimate && estimate <= to;
}

/** The verdict as of any claim, except that it does not hold in full where a seed has no number. */
function verdictAt({ id, criterion }: Measure, name: string, values: readonly (number | undefined)[]): Verdict {
  const numbers = values.filter((value) => value !== undefined);
  if (numbers.length === 0) return 'does not hold';
  const { interval } = bootstrapMean(numbers, randomStream(BOOTSTRAP_SEED, `trial/${id}/${name}`));
  const verdict = verdictOf(interval, criterion);
  return verdict === 'holds' && numbers.length < values.length ? 'in part' : verdict;
}
