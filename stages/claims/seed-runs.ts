import { groups } from 'd3-array';
import { StageError } from '../../engine/kind.ts';
import type { AlignmentRow } from '../formats/alignments.ts';
import type { ConvergenceRow } from '../formats/convergence.ts';

/** What tells a table from others of its group beyond its own columns, such as `{ t: 0.5 }`. */
export type Label = Readonly<Record<string, number | string>>;

/** The rows of one training, at least one and with iterations increasing, and its label. */
export interface Run<Row = AlignmentRow> {
  readonly rows: readonly Row[];
  readonly label: Label;
}

/** Two values are the same setting if they differ by rounding alone. */
const ROUNDING = 1e-9;

/** The trainings of one seed in one group. */
export class RunsOfSeed<Row extends object> {
  readonly seed: number;
  readonly #group: string;
  readonly #runs: readonly Run<Row>[];

  constructor(group: string, seed: number, runs: readonly Run<Row>[]) {
    this.#group = group;
    this.seed = seed;
    this.#runs = runs;
  }

  /**
   * The rows of the one training at a setting: columns of the table and labels.
   * @throws {StageError} naming the setting if there is none, or more than one.
   */
  at(setting: Label): readonly Row[] {
    const [found, another] = this.#runs.filter(({ rows, label }) => isAt({ ...rows[0], ...label }, setting));
    if (found !== undefined && another === undefined) return found.rows;
    const where = Object.entries(setting).map(([key, value]) => `, ${key} = ${value}`);
    const what = `training at seed ${this.seed}${where.join('')}`;
    throw new StageError(`group '${this.#group}' has ${found === undefined ? 'no' : 'more than one'} ${what}`);
  }
}

/** The trainings of one seed in a group of alignment tables. */
export class SeedRuns extends RunsOfSeed<AlignmentRow> {
  readonly #convergence: readonly ConvergenceRow[];

  constructor(group: string, seed: number, runs: readonly Run[], convergence: readonly ConvergenceRow[]) {
    super(group, seed, runs);
    this.#convergence = convergence;
  }

  /** The rows of the one training of a model at a setting, as `at`. */
  rows(model: AlignmentRow['model'], setting: Label = {}): readonly AlignmentRow[] {
    return this.at({ model, ...setting });
  }

  /**
   * How the training of the diffusion model at a setting ended.
   * @throws {StageError} naming the setting if it is not in the table of convergence.
   */
  ending(setting: Label = {}): ConvergenceRow {
    const [{ dataset, nsnr2, seed }] = this.rows('diffusion', setting);
    const found = this.#convergence.find((row) => isAt({ ...row }, { dataset, nsnr2, seed }));
    if (found !== undefined) return found;
    throw new StageError(`the table of convergence has no training on ${dataset} at n·SNR² = ${nsnr2}, seed ${seed}`);
  }
}

/** Trainings by their seed, in the order of the seeds. */
export function bySeed<Row extends { readonly seed: number }>(
  runs: readonly Run<Row>[],
): { readonly seed: number; readonly runs: readonly Run<Row>[] }[] {
  return groups(runs, ({ rows }) => rows[0].seed)
    .sort(([a], [b]) => a - b)
    .map(([seed, runs]) => ({ seed, runs }));
}

function isAt(has: Readonly<Record<string, unknown>>, setting: Label): boolean {
  return Object.entries(setting).every(([key, value]) => isSame(has[key], value));
}

function isSame(has: unknown, value: number | string): boolean {
  if (typeof has === 'number' && typeof value === 'number') return Math.abs(has - value) <= ROUNDING * Math.abs(value);
  return has === value;
}
