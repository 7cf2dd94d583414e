import type { ForwardStep } from './forward-step.ts';
import { type Matrix, row } from './matrix.ts';
import { addMultiple, dot } from './vector.ts';

/** The forward step of a patch, x_t = αx + βε. */
export function noisyPatch(patch: Float64Array, { alpha, beta }: ForwardStep, noise: Float64Array): Float64Array {
  return patch.map((value, k) => alpha * value + beta * noise[k]);
}

/**
 * What the diffusion model predicts for a noisy patch: f(W, x_t) = (1/√m) Σ_r ⟨w_r, x_t⟩² w_r (paper.md §1).
 * @param weights m×d.
 */
export function prediction(weights: Matrix, noisy: Float64Array): Float64Array {
  return neuronsTimes(weights, (weight) => {
    const a = dot(weight, noisy);
    return a * a;
  });
}

/**
 * What the diffusion model predicts for a patch x on average over ε:
 * E f(x_t) = (1/√m) Σ_r (⟨w_r, αx⟩² + β²‖w_r‖²) w_r (paper.md §4).
 * @param weights m×d.
 */
export function meanPrediction(weights: Matrix, patch: Float64Array, { alpha, beta }: ForwardStep): Float64Array {
  return neuronsTimes(weights, (weight) => {
    const a = alpha * dot(weight, patch);
    return a * a + beta * beta * dot(weight, weight);
  });
}

/** The denoised patch from one draw, x̂ = (x_t − β f(x_t))/α (paper.md §4). */
export function denoised(weights: Matrix, noisy: Float64Array, { alpha, beta }: ForwardStep): Float64Array {
  const predicted = prediction(weights, noisy);
  return noisy.map((value, k) => (value - beta * predicted[k]) / alpha);
}

/** The denoised patch on average over ε: x − (β/α) E f(x_t) (paper.md §4). */
export function meanDenoised(weights: Matrix, patch: Float64Array, forward: ForwardStep): Float64Array {
  const mean = Float64Array.from(patch);
  addMultiple(mean, -forward.beta / forward.alpha, meanPrediction(weights, patch, forward));
  return mean;
}

/** (1/√m) Σ_r c(w_r) w_r. */
function neuronsTimes(weights: Matrix, coefficientOf: (weight: Float64Array) => number): Float64Array {
  const sum = new Float64Array(weights.columns);
  const scale = 1 / Math.sqrt(weights.rows);
  for (let r = 0; r < weights.rows; r++) {
    const weight = row(weights, r);
    addMultiple(sum, scale * coefficientOf(weight), weight);
  }
  return sum;
}
