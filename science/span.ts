import { type Matrix, row, zeros } from './matrix.ts';
import type { EngineMatrix, MatrixEngine } from './matrix-engine.ts';
import { dot } from './vector.ts';

// Gradient descent never leaves the span of its start and the patches. So with the basis G = [W⁰; X], the weights are
// W = B·G, and K = G·Gᵀ holds all that a step needs to know of R^d (paper.md §2).

/** A point W = B·G of the span. */
export type SpanPoint = {
  /** B, R×(R+N). */
  readonly coefficients: EngineMatrix;
  /** B·K = W·Gᵀ, R×(R+N): the inner products of each neuron with the basis. */
  readonly products: EngineMatrix;
};

/** K = G·Gᵀ in float64, for a basis G with a vector a row. */
export function gramMatrix(basis: Matrix): Matrix {
  const size = basis.rows;
  const gram = zeros(size, size);
  for (let i = 0; i < size; i++) {
    const g = row(basis, i);
    for (let j = 0; j <= i; j++) {
      const product = dot(g, row(basis, j));
      gram.values[i * size + j] = product;
      gram.values[j * size + i] = product;
    }
  }
  return gram;
}

/**
 * The start of a training, W⁰: B = [I, 0].
 * @param K The Gram matrix of the basis.
 */
export function startPoint(engine: MatrixEngine, neurons: number, K: EngineMatrix): SpanPoint {
  const coefficients = zeros(neurons, K.rows);
  for (let r = 0; r < neurons; r++) row(coefficients, r)[r] = 1;
  return engine.tidy(() => {
    const uploaded = engine.upload(coefficients);
    return { coefficients: uploaded, products: engine.matMul(uploaded, K) };
  });
}
