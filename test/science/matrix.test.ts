import { expect, it } from 'vitest';
import { stackRows } from '../../science/matrix.ts';

const matrix = (rows: number, columns: number, ...values: number[]) => ({
  rows,
  columns,
  values: Float64Array.from(values),
});

it('stacks the rows of matrices, one matrix below the other', () => {
  const stacked = stackRows(matrix(1, 2, 1, 2), matrix(2, 2, 3, 4, 5, 6), matrix(0, 2));
  expect(stacked).toEqual(matrix(3, 2, 1, 2, 3, 4, 5, 6));
});

it('refuses to stack rows of other lengths', () => {
  expect(() => stackRows(matrix(1, 2, 1, 2), matrix(1, 1, 3))).toThrow('cannot stack 1 below 2 columns');
});
