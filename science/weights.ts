import { type Matrix, row, zeros } from './matrix.ts';
import { addMultiple } from './vector.ts';

/**
 * The weights in R^d, `coordinates · basis` (science/span.ts).
 * @param coordinates R×M.
 * @param basis M×d, a vector a row.
 * @returns R×d, a row a neuron.
 * @throws {RangeError} if there is not one coordinate for every vector of the basis.
 */
export function weightsInSpace(coordinates: Matrix, basis: Matrix): Matrix {
  if (basis.rows !== coordinates.columns) {
    throw new RangeError(`${coordinates.columns} coordinates do not fit a basis of ${basis.rows} vectors`);
  }
  const weights = zeros(coordinates.rows, basis.columns);
  for (let r = 0; r < weights.rows; r++) {
    const weight = row(weights, r);
    row(coordinates, r).forEach((coordinate, b) => {
      addMultiple(weight, coordinate, row(basis, b));
    });
  }
  return weights;
}
