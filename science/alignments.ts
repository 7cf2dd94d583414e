import { type Matrix, row } from './matrix.ts';

/** How strongly the neurons follow the signals and the noise (paper.md §1). */
export interface Alignments {
  /** max over r, j of |⟨w_r, μ_j⟩|, and the mean. */
  readonly signalMax: number;
  readonly signalMean: number;
  /** max over r, i of |⟨w_r, ξ_i⟩|, and the mean. */
  readonly noiseMax: number;
  readonly noiseMean: number;
}

/**
 * Signal and noise learning (paper.md §1); for the classifier over the neurons of both F_{+1} and F_{-1}.
 * @param projections W·Xᵀ, R×N: the signals, then the noises.
 * @param signalCount How many of the N patches are signals.
 */
export function alignmentsOf(projections: Matrix, signalCount: number): Alignments {
  const signal = magnitudeOf(projections, 0, signalCount);
  const noise = magnitudeOf(projections, signalCount, projections.columns);
  return { signalMax: signal.max, signalMean: signal.mean, noiseMax: noise.max, noiseMean: noise.mean };
}

/** Maximum and mean of the absolute values in columns `from` to `to`, exclusive. */
export function magnitudeOf(matrix: Matrix, from: number, to: number): { max: number; mean: number } {
  let max = 0;
  let sum = 0;
  for (let r = 0; r < matrix.rows; r++) {
    for (const value of row(matrix, r).subarray(from, to)) {
      max = Math.max(max, Math.abs(value));
      sum += Math.abs(value);
    }
  }
  return { max, mean: sum / (matrix.rows * (to - from)) };
}
