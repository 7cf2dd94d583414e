/** A dense matrix, row after row: element (i, j) is `values[i * columns + j]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** A matrix of zeros. */
export function zeros(rows: number, columns: number): Matrix {
  return { rows, columns, values: new Float64Array(rows * columns) };
}

/** The rows of the matrices, one matrix below the other; all must have the same number of columns. */
export function stackRows(first: Matrix, ...rest: readonly Matrix[]): Matrix {
  const parts = [first, ...rest];
  const stacked = zeros(
    parts.reduce((sum, part) => sum + part.rows, 0),
    first.columns,
  );
  let offset = 0;
  for (const part of parts) {
    if (part.columns !== first.columns)
      throw new RangeError(`cannot stack ${part.columns} below ${first.columns} columns`);
    stacked.values.set(part.values, offset);
    offset += part.values.length;
  }
  return stacked;
}

/** Row i of the matrix, without copying it. */
export function row(matrix: Matrix, i: number): Float64Array {
  return matrix.values.subarray(i * matrix.columns, (i + 1) * matrix.columns);
}
