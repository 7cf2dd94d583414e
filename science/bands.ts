import { groups } from 'd3-array';
import { mean } from './mean.ts';

/** A quantity of one training run, at the iterations at which it was recorded. */
export interface Run {
  /** Increasing. */
  readonly iterations: readonly number[];
  readonly values: readonly number[];
}

/** Where several numbers lie. */
export interface Band {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** A band at one iteration. */
export interface BandPoint extends Band {
  readonly iteration: number;
}

/** The band of at least one number. */
export function bandOf(values: readonly number[]): Band {
  return { mean: mean(values), min: Math.min(...values), max: Math.max(...values) };
}

/** The ends of bands, for an axis that has room for them. */
export function boundsOf(bands: readonly Band[]): number[] {
  return bands.flatMap(({ min, max }) => [min, max]);
}

/** The bands of the items of each x, with x increasing. */
export function bandsAlong<Item>(
  items: readonly Item[],
  xOf: (item: Item) => number,
  yOf: (item: Item) => number,
): (Band & { readonly x: number })[] {
  return groups(items, xOf)
    .map(([x, group]) => ({ x, ...bandOf(group.map(yOf)) }))
    .sort((a, b) => a.x - b.x);
}

/**
 * Mean, minimum and maximum over runs at every iteration that the longest run recorded. A run that ended before holds
 * its last value: training ends where nothing changes any more.
 * @throws {RangeError} if there is no run, or if a run has no record at an iteration before its end.
 */
export function bandOverRuns(runs: readonly Run[]): BandPoint[] {
  const lengths = runs.map(lastIteration);
  const longest = runs[lengths.indexOf(Math.max(...lengths))];
  if (longest === undefined) throw new RangeError('there is no run to make a band of');
  return longest.iterations.map((iteration) => {
    return { iteration, ...bandOf(runs.map((run) => valueAt(run, iteration))) };
  });
}

function lastIteration(run: Run): number {
  return run.iterations.at(-1) ?? Number.NEGATIVE_INFINITY;
}

function valueAt(run: Run, iteration: number): number {
  const end = lastIteration(run);
  const value = run.values[run.iterations.indexOf(Math.min(iteration, end))];
  if (value === undefined) throw new RangeError(`a run that ended at iteration ${end} has no record at ${iteration}`);
  return value;
}
