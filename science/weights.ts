import { type Matrix, row, stackRows, zeros } from './matrix.ts';
import { addMultiple } from './vector.ts';

/** What the weights of a training are combinations of: its start W⁰ (R×d), and the distinct patches of its samples. */
export interface Span {
  readonly start: Matrix;
  readonly signals: Matrix;
  readonly noises: Matrix;
}

/**
 * The weights in R^d, `coefficients · [start; signals; noises]` (paper.md §2).
 * @param coefficients R×(R+N), N the number of distinct patches.
 * @returns R×d, a row a neuron.
 * @throws {RangeError} if there is not one coefficient for every row of the span.
 */
export function weightsInSpace(coefficients: Matrix, { start, signals, noises }: Span): Matrix {
  const basis = stackRows(start, signals, noises);
  if (basis.rows !== coefficients.columns) {
    throw new RangeError(`${coefficients.columns} coefficients cannot combine ${basis.rows} vectors`);
  }
  const weights = zeros(coefficients.rows, basis.columns);
  for (let r = 0; r < weights.rows; r++) {
    const weight = row(weights, r);
    row(coefficients, r).forEach((coefficient, b) => {
      addMultiple(weight, coefficient, row(basis, b));
    });
  }
  return weights;
}
