import type { Alignments } from '../../science/alignments.ts';
import { numeric } from '../schemas.ts';

/** The columns of signal and noise learning. */
export const learningColumns = {
  /** max over r, j of |⟨w_r, μ_j⟩|, and the mean. */
  signal_max: numeric,
  signal_mean: numeric,
  /** max over r, i of |⟨w_r, ξ_i⟩|, and the mean. */
  noise_max: numeric,
  noise_mean: numeric,
};

/** The cells of the columns. */
export function learningCells({ signalMax, signalMean, noiseMax, noiseMean }: Alignments) {
  return { signal_max: signalMax, signal_mean: signalMean, noise_max: noiseMax, noise_mean: noiseMean };
}
