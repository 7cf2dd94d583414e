import { groups } from 'd3-array';
import { StageError } from '../../engine/kind.ts';
import { bandOverRuns } from '../../science/bands.ts';
import type { AlignmentRow } from '../formats/alignments.ts';
import { MODEL_NAMES } from './models.ts';

export type Model = AlignmentRow['model'];

/** A column of numbers of an alignment table. */
export type Quantity = Exclude<keyof AlignmentRow, 'model' | 'dataset'>;

/** Two values of n·SNR² are the same setting if they differ by rounding alone. */
const ROUNDING = 1e-9;

/**
 * The rows of one model, at one n·SNR² if it is given.
 * @throws {StageError} if there are none.
 */
export function rowsOf(rows: readonly AlignmentRow[], model: Model, nsnr2?: number): AlignmentRow[] {
  const found = rows.filter(
    (row) => row.model === model && (nsnr2 === undefined || Math.abs(row.nsnr2 / nsnr2 - 1) < ROUNDING),
  );
  if (found.length > 0) return found;
  const where = nsnr2 === undefined ? '' : ` at n·SNR² = ${nsnr2}`;
  throw new StageError(`no training of the ${MODEL_NAMES[model]}${where} is among the inputs of the figure`);
}

/**
 * Checks that columns can stand on a logarithmic axis.
 * @throws {StageError} if a value is zero or negative.
 */
export function requirePositive(rows: readonly AlignmentRow[], ...columns: readonly Quantity[]): void {
  for (const row of rows) {
    for (const column of columns) {
      if (row[column] > 0) continue;
      throw new StageError(`${column} is ${row[column]} for ${nameOf(row)}: a logarithmic axis has no place for it`);
    }
  }
}

/** The numbers in some columns of the rows. */
export function valuesOf(rows: readonly AlignmentRow[], ...columns: readonly Quantity[]): number[] {
  return rows.flatMap((row) => columns.map((column) => row[column]));
}

/** Which training a row belongs to, and where in it. */
export function nameOf({ model, dataset, nsnr2, seed, iteration }: AlignmentRow): string {
  return `the ${MODEL_NAMES[model]} on ${dataset} at n·SNR² = ${nsnr2}, seed ${seed}, iteration ${iteration}`;
}

/** The rows of each training: of one model at one n·SNR² and one seed. */
export function runsOf(rows: readonly AlignmentRow[]): AlignmentRow[][] {
  return groups(rows, ({ model, nsnr2, seed }) => `${model} ${nsnr2} ${seed}`).map(([, run]) => run);
}

/**
 * What a caption says of bands over iterations: how the lines of runs that end before others of their setting go on.
 * @returns nothing if there are none.
 */
export function heldText(rows: readonly AlignmentRow[]): string {
  const settings = groups(runsOf(rows), ([{ model, nsnr2 }]) => `${model} ${nsnr2}`);
  const uneven = settings.some(([, runs]) => new Set(runs.map((run) => run[run.length - 1].iteration)).size > 1);
  return uneven ? '; a run that became stationary earlier than others holds its last value' : '';
}

/**
 * The band over seeds of one quantity against the iteration, as a table for `bandMarks`; the trainings among the rows
 * differ by their seed alone.
 */
export function bandTable(rows: readonly AlignmentRow[], quantity: Quantity) {
  const runs = runsOf(rows).map((run) => ({
    iterations: run.map(({ iteration }) => iteration),
    values: run.map((row) => row[quantity]),
  }));
  return bandOverRuns(runs).map(({ iteration, ...band }) => ({ x: iteration, ...band }));
}
