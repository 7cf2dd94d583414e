import { type Matrix, zeros } from './matrix.ts';
import type { RandomStream } from './random.ts';

/** The start of a training, W⁰ with rows w_r ~ N(0, σ_0² I) (paper.md §1), rounded to float32. */
export function initialWeights(neurons: number, d: number, sigma0: number, stream: RandomStream): Matrix {
  const weights = zeros(neurons, d);
  for (let k = 0; k < weights.values.length; k++) weights.values[k] = Math.fround(sigma0 * stream.gaussian());
  return weights;
}
