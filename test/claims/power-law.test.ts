import { expect, test } from 'vitest';
import { decades, logLogSlope, risesThroughOne, steepestSlope } from '../../science/power-law.ts';

const powerLaw = (power: 1 | 2, factor: number) =>
  [0.1, 0.3, 1, 3, 10].map((x) => ({ x, y: factor * (power === 1 ? x : x * x) }));

test('the slope of an exact power law is its exponent, whatever its factor', () => {
  expect(logLogSlope(powerLaw(1, 0.5))).toBeCloseTo(1, 14);
  expect(logLogSlope(powerLaw(2, 7))).toBeCloseTo(2, 14);
  expect(
    logLogSlope([
      { x: 2, y: 5 },
      { x: 3, y: 5 },
    ]),
  ).toBeCloseTo(0, 14);
});

test('points of one x have no slope', () => {
  expect(logLogSlope([{ x: 2, y: 5 }])).toBeNaN();
});

test('the steepest slope is that between two neighbours', () => {
  const points = [
    { x: 1, y: 1 },
    { x: 2, y: 2 },
    { x: 4, y: 16 },
    { x: 8, y: 8 },
  ];
  expect(steepestSlope(points)).toBeCloseTo(3, 14);
});

test('a power law rises through one where it is one', () => {
  expect(risesThroughOne(powerLaw(1, 0.5))).toBeCloseTo(2, 14);
  expect(risesThroughOne(powerLaw(2, 4))).toBeCloseTo(0.5, 14);
});

test('a curve that starts above one, or stays below, does not rise through it', () => {
  expect(risesThroughOne(powerLaw(1, 100))).toBeUndefined();
  expect(risesThroughOne(powerLaw(1, 0.01))).toBeUndefined();
});

test('decades are powers of ten', () => {
  expect(decades(0.01, 10)).toBeCloseTo(3, 14);
});
