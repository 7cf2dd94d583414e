import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { row, stackRows } from '../../science/matrix.ts';
import { openPortableBackend } from '../../science/portable-backend.ts';
import { randomStream } from '../../science/random.ts';
import { spanOf } from '../../science/span.ts';
import { matrixFrom, naiveProduct, naiveTranspose, relativeError } from './naive.ts';

const backend = openPortableBackend('float64');

/** Patches or a start in R^d whose rows are of very different lengths. */
function vectors(seed: number, rows: number, d: number) {
  const random = randomStream(seed, 'span.test');
  return matrixFrom(rows, d, (i) => [1e-3, 1, 30][i % 3] * random.gaussian());
}

describe('spanOf', () => {
  it('gives the vectors in an orthonormal basis, patches first', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 }), (seed, N, R) => {
        // So many dimensions that no vector comes near the span of the others, where the rounding of a basis grows.
        const d = 30;
        const [patches, start] = [vectors(seed, N, d), vectors(seed + 1, R, d)];
        const span = spanOf(backend, patches, start);
        const identity = matrixFrom(N + R, N + R, (i, j) => (i === j ? 1 : 0));
        expect(relativeError(naiveProduct(span.basis, naiveTranspose(span.basis)), identity)).toBeLessThan(1e-10);
        expect(relativeError(naiveProduct(span.start, span.basis), start)).toBeLessThan(1e-13);
        const inPatchBasis = { ...span.basis, rows: N, values: span.basis.values.subarray(0, N * d) };
        expect(relativeError(naiveProduct(span.patches, inPatchBasis), patches)).toBeLessThan(1e-13);
        expect(span.patches).toEqual(matrixFrom(N, N, (i, j) => (i < j ? 0 : row(span.patches, i)[j])));
      }),
    );
  });

  it('needs no vector for one that lies in the span of those before it', () => {
    const d = 9;
    const patches = vectors(1, 3, d);
    const dependent = matrixFrom(1, d, (_, j) => 2 * row(patches, 0)[j] - 3 * row(patches, 2)[j]);
    const span = spanOf(backend, stackRows(patches, dependent, patches), vectors(2, 8, d));
    const needed = Array.from({ length: span.basis.rows }, (_, i) => row(span.basis, i).some((value) => value !== 0));
    expect(needed.filter(Boolean)).toHaveLength(d);
    expect(needed.slice(3, 7)).toEqual([false, false, false, false]);
    expect(relativeError(naiveProduct(span.start, span.basis), vectors(2, 8, d))).toBeLessThan(1e-12);
  });
});
