import { Matrix as LibraryMatrix, SingularValueDecomposition } from 'ml-matrix';
import { type Matrix, row, zeros } from './matrix.ts';
import type { MatrixBackend } from './matrix-backend.ts';
import { spanOf } from './span.ts';
import { addMultiple, dot } from './vector.ts';

/** A right singular vector of a matrix. */
export interface SingularVector {
  /** Its part of ‖W‖². */
  readonly share: number;
  /** Of length 1; its largest element is positive. */
  readonly vector: Float64Array;
}

/**
 * The right singular vectors of weights, by their shares.
 * @param coordinates R×M, in coordinates of the basis.
 * @param basis M×d, orthonormal, a vector a row.
 */
export function singularVectors(coordinates: Matrix, basis: Matrix, count: number): SingularVector[] {
  const rows = Array.from({ length: coordinates.rows }, (_, r) => [...row(coordinates, r)]);
  const { diagonal, rightSingularVectors } = new SingularValueDecomposition(new LibraryMatrix(rows), {
    computeLeftSingularVectors: false,
    autoTranspose: true,
  });
  const total = dot(coordinates.values, coordinates.values);
  return diagonal.slice(0, count).map((value, k) => {
    const vector = new Float64Array(basis.columns);
    rightSingularVectors.getColumn(k).forEach((coordinate, i) => {
      addMultiple(vector, coordinate, row(basis, i));
    });
    const largest = vector.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
    return { share: (value * value) / total, vector: largest < 0 ? vector.map((x) => -x) : vector };
  });
}

/** The part of a vector in the span of patches, a patch a row. */
export function partInSpan(backend: MatrixBackend, patches: Matrix): (vector: Float64Array) => Float64Array {
  const { basis } = spanOf(backend, patches, zeros(0, patches.columns));
  return (vector) => {
    const part = new Float64Array(vector.length);
    for (let i = 0; i < basis.rows; i++) addMultiple(part, dot(row(basis, i), vector), row(basis, i));
    return part;
  };
}
