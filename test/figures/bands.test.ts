import { expect, test } from 'vitest';
import { bandOverRuns, bandsAlong, boundsOf } from '../../science/bands.ts';

test('bands along x are of the values at each x, in its order', () => {
  const items = [
    { x: 2, y: 5 },
    { x: 1, y: 3 },
    { x: 2, y: 7 },
  ];
  const bands = bandsAlong(
    items,
    ({ x }) => x,
    ({ y }) => y,
  );
  expect(bands).toEqual([
    { x: 1, mean: 3, min: 3, max: 3 },
    { x: 2, mean: 6, min: 5, max: 7 },
  ]);
});

test('the ends of bands are their minima and maxima', () => {
  const ends = boundsOf([
    { mean: 2, min: 1, max: 4 },
    { mean: 6, min: 5, max: 7 },
  ]);
  expect(ends).toEqual([1, 4, 5, 7]);
});

test('a band is mean, minimum and maximum at each iteration', () => {
  const runs = [
    { iterations: [0, 10], values: [1, 4] },
    { iterations: [0, 10], values: [3, 2] },
  ];
  expect(bandOverRuns(runs)).toEqual([
    { iteration: 0, mean: 2, min: 1, max: 3 },
    { iteration: 10, mean: 3, min: 2, max: 4 },
  ]);
});

test('a run that stopped earlier holds its last value, whatever the iteration at which it stopped', () => {
  const runs = [
    { iterations: [0, 10, 13], values: [1, 2, 5] },
    { iterations: [0, 10, 20, 25], values: [1, 4, 7, 9] },
  ];
  expect(bandOverRuns(runs)).toEqual([
    { iteration: 0, mean: 1, min: 1, max: 1 },
    { iteration: 10, mean: 3, min: 2, max: 4 },
    { iteration: 20, mean: 6, min: 5, max: 7 },
    { iteration: 25, mean: 7, min: 5, max: 9 },
  ]);
});

test('runs that were recorded at different iterations make no band', () => {
  const runs = [
    { iterations: [0, 9, 20], values: [1, 2, 3] },
    { iterations: [0, 10, 20], values: [1, 2, 3] },
  ];
  expect(() => bandOverRuns(runs)).toThrow('a run that ended at iteration 20 has no record at 9');
  expect(() => bandOverRuns([])).toThrow('there is no run');
});
