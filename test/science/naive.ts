import { type Matrix, row, zeros } from '../../science/matrix.ts';

/** The matrix with the elements f(i, j). */
export function matrixFrom(rows: number, columns: number, f: (i: number, j: number) => number): Matrix {
  const matrix = zeros(rows, columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) matrix.values[i * columns + j] = f(i, j);
  return matrix;
}

/** A matrix from its rows. */
export function matrixOfRows(rows: readonly (readonly number[])[]): Matrix {
  return matrixFrom(rows.length, rows[0]?.length ?? 0, (i, j) => rows[i][j]);
}

/** X·Y by the definition. */
export function naiveProduct(x: Matrix, y: Matrix): Matrix {
  return matrixFrom(x.rows, y.columns, (i, j) =>
    row(x, i).reduce((sum, value, k) => sum + value * y.values[k * y.columns + j], 0),
  );
}

/** Xᵀ. */
export function naiveTranspose(x: Matrix): Matrix {
  return matrixFrom(x.columns, x.rows, (i, j) => x.values[j * x.columns + i]);
}

/** A gradient in R^d, given by the first coordinates in a basis. */
export function gradientInSpace(gradient: Matrix, { columns, values }: Matrix): Matrix {
  const first = { rows: gradient.columns, columns, values: values.subarray(0, gradient.columns * columns) };
  return naiveProduct(gradient, first);
}

/** The largest difference between two matrices, by the largest element of the second. */
export function relativeError(actual: Matrix, expected: Matrix): number {
  if (actual.rows !== expected.rows || actual.columns !== expected.columns) return Number.POSITIVE_INFINITY;
  const size = expected.values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const error = actual.values.reduce((max, value, k) => Math.max(max, Math.abs(value - expected.values[k])), 0);
  return size === 0 ? error : error / size;
}
