import type { ForwardStep } from './forward-step.ts';
import { type Matrix, row } from './matrix.ts';
import { addMultiple, dot } from './vector.ts';

/**
 * What the diffusion model predicts for a patch x on average over ε:
 * E f(x_t) = (1/√m) Σ_r (⟨w_r, αx⟩² + β²‖w_r‖²) w_r (paper.md §4).
 * @param weights m×d.
 * @returns d values.
 */
export function meanPrediction(weights: Matrix, patch: Float64Array, { alpha, beta }: ForwardStep): Float64Array {
  const prediction = new Float64Array(patch.length);
  const scale = 1 / Math.sqrt(weights.rows);
  for (let r = 0; r < weights.rows; r++) {
    const weight = row(weights, r);
    const a = alpha * dot(weight, patch);
    addMultiple(prediction, scale * (a * a + beta * beta * dot(weight, weight)), weight);
  }
  return prediction;
}

/** The denoised patch (x_t − β f(x_t))/α on average over ε: x − (β/α) E f(x_t) (paper.md §4). */
export function meanDenoised(weights: Matrix, patch: Float64Array, forward: ForwardStep): Float64Array {
  const denoised = Float64Array.from(patch);
  addMultiple(denoised, -forward.beta / forward.alpha, meanPrediction(weights, patch, forward));
  return denoised;
}
