import { type Matrix, row, stackRows, zeros } from './matrix.ts';
import type { EngineMatrix, MatrixEngine } from './matrix-engine.ts';
import { addMultiple, dot } from './vector.ts';

// Gradient descent never leaves the span of the patches and its start (paper.md §2). In an orthonormal basis of that span,
// patches and weights have M ≤ N + R coordinates in place of d, and losses, gradients and inner products are the same.

/** A training in coordinates of its span. */
export interface Span {
  /** The orthonormal basis, a vector a row: M×d. The first N vectors span the patches. */
  readonly basis: Matrix;
  /** X, the patches in that basis: N×N, lower triangular. Their other coordinates are 0. */
  readonly patches: Matrix;
  /** W⁰, the start: R×M. */
  readonly start: Matrix;
}

/** What a vector of length 1 may lack to lie in the span of others, and count as lying there. */
const ROUNDING = 1e-10;

/**
 * The span of N patches and a start of R neurons, by Gram and Schmidt. Where a vector lies in the span of those before it, a
 * row of zeros stands for the vector that the basis does not need.
 */
export function spanOf(patches: Matrix, start: Matrix): Span {
  const vectors = stackRows(patches, start);
  const size = vectors.rows;
  const basis = zeros(size, vectors.columns);
  const coordinates = zeros(size, size);
  for (let i = 0; i < size; i++) {
    const residual = row(basis, i);
    residual.set(row(vectors, i));
    const length = Math.sqrt(dot(residual, residual));
    for (let j = 0; j < i; j++) {
      const coordinate = dot(residual, row(basis, j));
      addMultiple(residual, -coordinate, row(basis, j));
      row(coordinates, i)[j] = coordinate;
    }
    const rest = Math.sqrt(dot(residual, residual));
    if (rest > ROUNDING * length) {
      row(coordinates, i)[i] = rest;
      for (let k = 0; k < residual.length; k++) residual[k] /= rest;
    } else {
      residual.fill(0);
    }
  }
  const N = patches.rows;
  const ofPatches = zeros(N, N);
  for (let i = 0; i < N; i++) row(ofPatches, i).set(row(coordinates, i).subarray(0, N));
  return {
    basis,
    patches: ofPatches,
    start: { rows: start.rows, columns: size, values: coordinates.values.slice(N * size) },
  };
}

/** W·Xᵀ, the projections of the weights on patches: R×N, for Xᵀ upper triangular, and W in coordinates of the span, R×M. */
export function projectionsOn(engine: MatrixEngine, XT: EngineMatrix, W: EngineMatrix): EngineMatrix {
  return engine.matMulUpper(engine.firstColumns(W, XT.rows), XT);
}
