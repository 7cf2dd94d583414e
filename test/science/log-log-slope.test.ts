import { expect, it } from 'vitest';
import { logLogSlope } from '../../science/log-log-slope.ts';

it('is the exponent of a power law', () => {
  const points = [0.1, 1, 2, 7].map((x) => ({ x, y: (5 * x) / Math.sqrt(x) }));
  expect(logLogSlope(points)).toBeCloseTo(0.5, 12);
});

it('does not depend on the units', () => {
  const points = [
    { x: 1, y: 2 },
    { x: 3, y: 5 },
    { x: 4, y: 3 },
  ];
  const scaled = points.map(({ x, y }) => ({ x: 10 * x, y: 7 * y }));
  expect(logLogSlope(scaled)).toBeCloseTo(logLogSlope(points), 12);
});
