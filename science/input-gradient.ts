import { type Matrix, row } from './matrix.ts';
import { addMultiple, dot } from './vector.ts';

/**
 * The gradient of the classifier's F_j at one patch: ∂F_j/∂x^p = (2/m) Σ_r ⟨w_{j,r}, x^p⟩ w_{j,r}.
 * @param weights those of F_j alone, m×d.
 * @returns d values.
 */
export function inputGradient(weights: Matrix, patch: Float64Array): Float64Array {
  const gradient = new Float64Array(patch.length);
  for (let r = 0; r < weights.rows; r++) {
    const weight = row(weights, r);
    addMultiple(gradient, (2 / weights.rows) * dot(weight, patch), weight);
  }
  return gradient;
}
