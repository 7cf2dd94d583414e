import libraryExp from '@stdlib/math-base-special-exp';
import libraryLog1p from '@stdlib/math-base-special-log1p';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exp, log1p } from '../../science/special-functions.ts';

/** The numbers around one, bit by bit. */
function neighbours(x: number): number[] {
  const bits = new BigInt64Array(Float64Array.of(x).buffer)[0];
  return Array.from({ length: 4001 }, (_, i) => new Float64Array(BigInt64Array.of(bits + BigInt(i - 2000)).buffer)[0]);
}

const differing = (f: (x: number) => number, g: (x: number) => number, xs: readonly number[]) =>
  xs.filter((x) => !Object.is(f(x), g(x)));

test('exp has the bits of the library', () => {
  const places = [1e-300, 1 / (1 << 28), 0.1, Math.LN2, 1, 2, 689.9, 690, 745].flatMap(neighbours);
  expect(differing(exp, libraryExp, [...places, ...places.map((x) => -x), 0, -0, Number.NaN, -Infinity])).toEqual([]);
  const arbitrary = fc.oneof(fc.double(), fc.double({ min: -800, max: 0 }), fc.double({ min: -2, max: 0 }));
  fc.assert(
    fc.property(arbitrary, (x) => Object.is(exp(x), libraryExp(x))),
    { numRuns: 20_000 },
  );
});

test('log1p has the bits of the library', () => {
  const places = [1e-300, 1e-8, 0.1, Math.SQRT2 - 1, 0.9, 1 - 3 / (1 << 20), 1 - 1e-9, 1].flatMap(neighbours);
  expect(differing(log1p, libraryLog1p, [...places, ...places.map((x) => -x), 0, -0, Number.NaN, -1])).toEqual([]);
  const parts = [0, 0.99, 1 - 2.8e-6].map((min) => fc.double({ min, max: 1 }));
  const arbitrary = fc.oneof(...parts, fc.double());
  fc.assert(
    fc.property(arbitrary, (x) => Object.is(log1p(x), libraryLog1p(x))),
    { numRuns: 20_000 },
  );
});
