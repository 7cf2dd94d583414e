import { type Matrix, row, stackRows, zeros } from './matrix.ts';
import type { BackendMatrix, MatrixBackend, Operations } from './matrix-backend.ts';
import { addMultiple, dot } from './vector.ts';

// Gradient descent never leaves the span of the patches and its start (paper.md §2). In an orthonormal basis of that
// span, patches and weights have M ≤ N + R coordinates in place of d, and losses, gradients and inner products are the
// same.

/** A training in coordinates of its span. */
export interface Span {
  /** The orthonormal basis, a vector a row: M×d. The first N vectors span the patches. */
  readonly basis: Matrix;
  /** X, the patches in that basis: N×N, lower triangular. Their other coordinates are 0. */
  readonly patches: Matrix;
  /** W⁰, the start: R×M. */
  readonly start: Matrix;
}

/** A vector lies in the span of others if no more than this part of its square is outside. */
const ROUNDING = 1e-12;

/**
 * The span of N patches and a start of R neurons. With V these vectors and V·Vᵀ = L·Lᵀ (Cholesky), the rows of L are
 * their coordinates in the basis L⁻¹·V. Where a vector lies in the span of those before it, a row of zeros stands for
 * the vector that the basis does not need.
 * @param backend One of float64. It keeps the vectors until it is gone.
 */
export function spanOf(backend: MatrixBackend, patches: Matrix, start: Matrix): Span {
  const vectors = stackRows(patches, start);
  const V = backend.upload(vectors);
  const coordinates = choleskyFactor(backend.download(backend.symmetricProduct(V, V)));
  const basis = backend.download(backend.matMul(backend.upload(inverseOfLower(coordinates)), V));
  const N = patches.rows;
  const ofPatches = zeros(N, N);
  for (let i = 0; i < N; i++) row(ofPatches, i).set(row(coordinates, i).subarray(0, N));
  return {
    basis,
    patches: ofPatches,
    start: { rows: start.rows, columns: vectors.rows, values: coordinates.values.slice(N * vectors.rows) },
  };
}

/** L, lower triangular, with L·Lᵀ the given matrix; its column i is zero where vector i depends on those before it. */
function choleskyFactor(gram: Matrix): Matrix {
  const factor = zeros(gram.rows, gram.rows);
  for (let i = 0; i < gram.rows; i++) {
    const products = row(gram, i);
    const target = row(factor, i);
    for (let j = 0; j < i; j++) {
      const before = row(factor, j);
      if (before[j] > 0) target[j] = (products[j] - dotOfFirst(j, target, before)) / before[j];
    }
    const rest = products[i] - dotOfFirst(i, target, target);
    if (rest > ROUNDING * products[i]) target[i] = Math.sqrt(rest);
  }
  return factor;
}

/** The inner product of vectors of which no more than the first `count` elements count: one of them is zero beyond. */
function dotOfFirst(count: number, a: Float64Array, b: Float64Array): number {
  // Whole groups of four, so that the partial sums are those of all elements.
  const end = (count + 3) & ~3;
  return dot(a.subarray(0, end), b.subarray(0, end));
}

/** The inverse of a lower triangular matrix, but for the rows whose diagonal is 0: they are zero. */
function inverseOfLower(lower: Matrix): Matrix {
  const inverse = zeros(lower.rows, lower.rows);
  for (let i = 0; i < lower.rows; i++) {
    const elements = row(lower, i);
    if (elements[i] === 0) continue;
    const target = row(inverse, i);
    for (let j = 0; j < i; j++) {
      addMultiple(target.subarray(0, j + 1), -elements[j] / elements[i], row(inverse, j));
    }
    target[i] = 1 / elements[i];
  }
  return inverse;
}

/**
 * W·Xᵀ, the projections of the weights on patches: R×N, for Xᵀ upper triangular, and W in coordinates of the span, R×M.
 */
export function projectionsOn(ops: Operations, XT: BackendMatrix, W: BackendMatrix): BackendMatrix {
  return ops.matMulUpper(ops.firstColumns(W, XT.rows), XT);
}
