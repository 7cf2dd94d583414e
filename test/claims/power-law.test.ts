import { expect, test } from 'vitest';
import { decades, logLogSlope, risesThrough, steepestSlope } from '../../science/power-law.ts';

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

test('the slope does not depend on the units of x and y', () => {
  const points = [
    { x: 20, y: 7 },
    { x: 30, y: 50 },
    { x: 90, y: 40 },
  ];
  const slope = logLogSlope(points);
  expect(slope).toBeCloseTo(0.8734045808317229, 12);
  expect(logLogSlope(points.map(({ x, y }) => ({ x: x / 10, y: 3 * y })))).toBeCloseTo(slope, 12);
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
  expect(risesThrough(1, powerLaw(1, 0.5))).toBeCloseTo(2, 14);
  expect(risesThrough(1, powerLaw(2, 4))).toBeCloseTo(0.5, 14);
});

test('a curve rises through one between the two points around it, straight in logarithms', () => {
  const points = [
    { x: 1, y: 0.1 },
    { x: 10, y: 0.5 },
    { x: 40, y: 2 },
    { x: 50, y: 1000 },
  ];
  expect(risesThrough(1, points)).toBeCloseTo(20, 12);
});

test('a curve rises through any level', () => {
  expect(risesThrough(3, powerLaw(1, 0.5))).toBeCloseTo(6, 14);
  expect(risesThrough(1 / 3, powerLaw(2, 3))).toBeCloseTo(1 / 3, 14);
});

test('a curve that reaches one at a point rises through it there', () => {
  const points = [0.5, 1, 2].map((y, i) => ({ x: i + 1, y }));
  expect(risesThrough(1, points)).toBeCloseTo(2, 14);
});

test('a curve that starts at one or above rises through it once it has been below', () => {
  const rising = (start: number) =>
    risesThrough(
      1,
      [start, 2, 0.5, 2].map((y, i) => ({ x: [1, 2, 4, 16][i], y })),
    );
  expect(rising(3)).toBeCloseTo(8, 14);
  expect(rising(1)).toBeCloseTo(8, 14);
});

test('a curve that starts above one, or stays below, does not rise through it', () => {
  expect(risesThrough(1, powerLaw(1, 100))).toBeUndefined();
  expect(risesThrough(1, powerLaw(1, 0.01))).toBeUndefined();
});

test('decades are powers of ten', () => {
  expect(decades(0.01, 10)).toBeCloseTo(3, 14);
});
