import { alignmentsOf } from './alignments.ts';
import { type Matrix, row } from './matrix.ts';
import { addMultiple, dot } from './vector.ts';

/** What the weights of the diffusion model look like where training ends (paper.md §5). */
export interface EndState {
  /** Signal by noise learning, of the means. */
  readonly ratio: number;
  /** Share of ‖W·Xᵀ‖² in the part that all neurons have in common; 1 only if W·Xᵀ has rank 1 and equal rows. */
  readonly common: number;
  /** Share of ‖W‖² outside of the span of the patches. */
  readonly outside: number;
  /** Mean |⟨w, μ_1⟩ − ⟨w, μ_-1⟩| by mean |⟨w, μ⟩|: whether the neurons tell the classes apart. */
  readonly classGap: number;
}

/** ‖Σξ‖²/Σ‖ξ‖² of vectors, a row each: 1 if they are orthogonal, and on average if they are drawn independently. */
export function overlapOf(vectors: Matrix): number {
  const sum = sumOfRows(vectors);
  return dot(sum, sum) / dot(vectors.values, vectors.values);
}

/**
 * Looks at weights.
 * @param coordinates The weights in coordinates of their span, R×M: the first N are those of the span of the patches.
 * @param projections W·Xᵀ, R×N: the two signals, then the noises.
 */
export function endStateOf(coordinates: Matrix, projections: Matrix): EndState {
  const { signalMean, noiseMean } = alignmentsOf(projections, 2);
  const sum = sumOfRows(projections);
  let gap = 0;
  let inside = 0;
  for (let r = 0; r < projections.rows; r++) {
    const products = row(projections, r);
    gap += Math.abs(products[0] - products[1]) / projections.rows;
    const weights = row(coordinates, r).subarray(0, projections.columns);
    inside += dot(weights, weights);
  }
  return {
    ratio: signalMean / noiseMean,
    common: dot(sum, sum) / (projections.rows * dot(projections.values, projections.values)),
    outside: 1 - inside / dot(coordinates.values, coordinates.values),
    classGap: gap / signalMean,
  };
}

function sumOfRows(matrix: Matrix): Float64Array {
  const sum = new Float64Array(matrix.columns);
  for (let i = 0; i < matrix.rows; i++) addMultiple(sum, 1, row(matrix, i));
  return sum;
}
