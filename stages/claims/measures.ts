import { StageError } from '../../engine/kind.ts';
import { earlyPhaseRatio } from '../../science/early-phase.ts';
import { BALANCE } from '../balance.ts';
import type { AlignmentRow } from '../formats/alignments.ts';

/** The rows of one training: at least one, iterations increasing. */
type Rows = readonly AlignmentRow[];

/** The range of n·SNR² of Figure 1. */
export const FIGURE_1 = { from: 0.1, to: 30 } as const;

/** The classifier turns from noise to signal where n·SNR² is between these. */
export const TURNS = { from: 2, to: 4 } as const;

/** Signal learning by noise learning (the maxima) when training ends. */
export function finalRatio(rows: Rows): number {
  return ratio(lastOf(rows));
}

/** The same of the means. */
export function finalMeanRatio(rows: Rows): number {
  const { signal_mean, noise_mean } = lastOf(rows);
  return signal_mean / noise_mean;
}

/** The means' ratio in the early phase (science/early-phase.ts). NaN if training never leaves it. */
export function earlyRatio(rows: Rows): number {
  const learned = rows.map((row) => ({ signal: row.signal_mean, noise: row.noise_mean }));
  return earlyPhaseRatio(learned) ?? Number.NaN;
}

/** By what factor a ratio is from 1, whichever way. */
export function factorFromOne(ratio: number): number {
  return Math.max(ratio, 1 / ratio);
}

/**
 * The share of the training after which signal or noise learning has outgrown the other until the end, by the factor of
 * balance and beyond what they start from; 1 if it never does.
 */
export function outgrownFrom(rows: Rows, kind: 'signal' | 'noise'): number {
  const start = ratio(rows[0]);
  const outgrows = (row: AlignmentRow) => (kind === 'signal' ? ratio(row) / start : start / ratio(row)) >= BALANCE;
  const first = rows[rows.findLastIndex((row) => !outgrows(row)) + 1];
  return first === undefined ? 1 : first.iteration / lastOf(rows).iteration;
}

/** By what factor a column grew from the start to the end. */
export function growth(rows: Rows, column: 'signal_max' | 'noise_max'): number {
  return lastOf(rows)[column] / rows[0][column];
}

/** The iteration, interpolated linearly, at which a column is so many times its start for the first time. NaN if it never is. */
export function iterationOfGrowth(rows: Rows, column: 'signal_mean' | 'noise_mean', times: number): number {
  const target = times * rows[0][column];
  const index = rows.findIndex((row) => row[column] >= target);
  const [before, after] = [rows[index - 1], rows[index]];
  if (before === undefined || after === undefined) return Number.NaN;
  const share = (target - before[column]) / (after[column] - before[column]);
  return before.iteration + share * (after.iteration - before.iteration);
}

/** The training loss at the end, by that at the start. */
export function lossLeft(rows: Rows): number {
  return lastOf(rows).loss / rows[0].loss;
}

/** The test performance when training ends: the classifier's accuracy, the diffusion model's loss without its constant. */
export function finalTest(rows: Rows): number {
  return lastOf(rows).test;
}

/**
 * A number that is positive, as ratios of learning are.
 * @param what The number, and the training that it is of.
 * @throws {StageError} naming it if it is zero, infinite or not a number.
 */
export function requirePositive(value: number, what: string): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new StageError(`${what} is ${value}, but a claim is about it, as a positive number`);
}

function ratio({ signal_max, noise_max }: AlignmentRow): number {
  return signal_max / noise_max;
}

function lastOf(rows: Rows): AlignmentRow {
  return rows[rows.length - 1];
}
