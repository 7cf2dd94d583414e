import { describe, expect, it } from 'vitest';
import { endStateOf, overlapOf } from '../../science/end-state.ts';
import { matrixOfRows } from './naive.ts';

describe('endStateOf', () => {
  it('tells neurons that are alike', () => {
    const projections = matrixOfRows([
      [2, 2, 1, 1],
      [2, 2, 1, 1],
    ]);
    const coordinates = matrixOfRows([
      [3, 0, 0, 0, 4, 0],
      [0, 3, 0, 0, 0, 4],
    ]);
    expect(endStateOf(coordinates, projections)).toEqual({ ratio: 2, common: 1, outside: 1 - 18 / 50, classGap: 0 });
  });

  it('tells a specialised neuron, neurons of opposite sign, and classes', () => {
    const coordinates = matrixOfRows([[1, 0, 0, 0]]);
    const state = endStateOf(
      coordinates,
      matrixOfRows([
        [3, 1, 4],
        [5, 7, 4],
      ]),
    );
    expect(state).toMatchObject({ ratio: 1, classGap: 2 / 4 });
    expect(endStateOf(coordinates, matrixOfRows([[3, 1, 4]])).ratio).toBe(1 / 2);
    const common = (...rows: number[][]) => endStateOf(coordinates, matrixOfRows(rows)).common;
    expect(common([4, 4, 4], [0, 0, 0], [0, 0, 0], [0, 0, 0])).toBe(1 / 4);
    expect(common([1, 1, 1], [-1, -1, -1])).toBe(0);
    expect(endStateOf(coordinates, matrixOfRows([[3, 1, 4]])).classGap).toBe(1);
  });
});

describe('overlapOf', () => {
  it('is 1 for orthogonal vectors, and their number for equal ones', () => {
    expect(
      overlapOf(
        matrixOfRows([
          [2, 0, 0],
          [0, 0, 5],
        ]),
      ),
    ).toBe(1);
    expect(
      overlapOf(
        matrixOfRows([
          [2, 1],
          [2, 1],
          [2, 1],
        ]),
      ),
    ).toBe(3);
  });
});
