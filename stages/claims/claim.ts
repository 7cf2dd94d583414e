import type { Criterion } from './criterion.ts';
import type { GroupName } from './groups.ts';
import type { SeedRuns } from './seed-runs.ts';

/** Who says so: the paper in what we hold of it, its reviewers and readers, or we, beyond both. */
export type Origin = (typeof ORIGINS)[number];

export const ORIGINS = ['paper', 'reviewers', 'extension'] as const;

/**
 * What decides a claim: a number, and what it must be.
 * @typeParam Runs The trainings of one seed in its group.
 */
export interface Measure<Runs = SeedRuns> {
  /** That of the claim. */
  readonly id: string;
  readonly criterion: Criterion;
  readonly group: GroupName;
  /**
   * The number of one seed.
   * @throws {StageError} if a training that it needs is not there.
   */
  ofSeed(runs: Runs): number;
}

/**
 * A sentence as a statement about one number, declared before the number is known.
 * @typeParam Runs As of `Measure`.
 */
export interface Claim<Runs = SeedRuns> extends Measure<Runs> {
  readonly statement: string;
  readonly origin: Origin;
  /** Who says so, and where. */
  readonly source: string;
  /** How the number of one seed is defined; the estimate is its mean over seeds. */
  readonly statistic: string;
}
