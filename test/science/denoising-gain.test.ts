import { describe, expect, it } from 'vitest';
import { denoised, meanDenoised, noisyPatch } from '../../science/denoising.ts';
import { drawnGains, expectedGain } from '../../science/denoising-gain.ts';
import { forwardStep } from '../../science/forward-step.ts';
import { row } from '../../science/matrix.ts';
import { openPortableBackend } from '../../science/portable-backend.ts';
import { randomStream } from '../../science/random.ts';
import { partInSpan, singularVectors } from '../../science/singular-vectors.ts';
import { spanOf } from '../../science/span.ts';
import { dot } from '../../science/vector.ts';
import { matrixFrom, naiveProduct, relativeError } from './naive.ts';

const backend = openPortableBackend('float64');
const [m, N, d] = [3, 4, 12];
const random = randomStream(1, 'denoising-gain.test');
const patches = matrixFrom(N, d, () => random.gaussian());
const { basis } = spanOf(
  backend,
  patches,
  matrixFrom(m, d, () => random.gaussian()),
);
const coordinates = matrixFrom(m, basis.rows, () => 0.4 * random.gaussian());
const weights = naiveProduct(coordinates, basis);
const forward = forwardStep(0.4);

const squareDistance = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, i) => sum + (x - b[i]) * (x - b[i]), 0);

describe('the gain of denoising', () => {
  it('of a draw is by how much the denoised patch is nearer than the noisy one', () => {
    const stream = () => randomStream(7, 'draw');
    const [gain] = drawnGains(backend, { coordinates, basis }, forward, patches, 1, stream());
    const again = stream();
    const inSpan = Float64Array.from({ length: basis.rows }, () => again.gaussian());
    const noise = naiveProduct({ rows: 1, columns: basis.rows, values: inSpan }, basis).values;
    const gains = Array.from({ length: N }, (_, i) => {
      const x = row(patches, i);
      const noisy = noisyPatch(x, forward, noise);
      const scaled = noisy.map((value) => value / forward.alpha);
      return squareDistance(scaled, x) - squareDistance(denoised(weights, noisy, forward), x);
    });
    expect(gain).toBeCloseTo(gains.reduce((sum, value) => sum + value, 0) / N, 10);
  });

  it('is on average what is expected', () => {
    const draws = 20_000;
    const gains = drawnGains(backend, { coordinates, basis }, forward, patches, draws, random);
    const mean = gains.reduce((sum, value) => sum + value, 0) / draws;
    const variance = gains.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / draws;
    const expected = expectedGain(backend, { coordinates, basis }, forward, {
      patches,
      multiplicities: new Float64Array(N).fill(1),
    });
    expect(Math.abs(mean - expected)).toBeLessThan(4 * Math.sqrt(variance / draws));
  });

  it('denoises on average to the mean', () => {
    const x = row(patches, 0);
    const draws = 20_000;
    const sum = new Float64Array(d);
    for (let k = 0; k < draws; k++) {
      const noise = Float64Array.from({ length: d }, () => random.gaussian());
      denoised(weights, noisyPatch(x, forward, noise), forward).forEach((value, i) => {
        sum[i] += value / draws;
      });
    }
    const expected = meanDenoised(weights, x, forward);
    for (let i = 0; i < d; i++) expect(Math.abs(sum[i] - expected[i])).toBeLessThan(0.1);
  });
});

describe('singular vectors', () => {
  const vectors = singularVectors(coordinates, basis, m);

  it('are orthonormal, hold the weights, and have their shares', () => {
    const square = dot(weights.values, weights.values);
    vectors.forEach(({ share, vector }, k) => {
      const products = Array.from({ length: m }, (_, r) => dot(row(weights, r), vector));
      expect(products.reduce((sum, value) => sum + value * value, 0) / square).toBeCloseTo(share, 12);
      for (const [j, other] of vectors.entries()) expect(dot(vector, other.vector)).toBeCloseTo(j === k ? 1 : 0, 12);
      expect(vector.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0)).toBeGreaterThan(0);
    });
    expect(vectors.map(({ share }) => share)).toEqual(vectors.map(({ share }) => share).toSorted((a, b) => b - a));
    const rebuilt = matrixFrom(m, d, (r, j) =>
      vectors.reduce((sum, { vector }) => sum + dot(row(weights, r), vector) * vector[j], 0),
    );
    expect(relativeError(rebuilt, weights)).toBeLessThan(1e-12);
  });

  it('of more neurons than dimensions are as many as these', () => {
    const tall = matrixFrom(30, 2, () => random.gaussian());
    const few = singularVectors(tall, { ...basis, rows: 2, values: basis.values.subarray(0, 2 * d) }, 5);
    expect(few).toHaveLength(2);
    expect(few[0].share + few[1].share).toBeCloseTo(1, 12);
  });

  it('have a part in the span of patches, and none of what is orthogonal to it', () => {
    const partOf = partInSpan(backend, patches);
    const inside = matrixFrom(1, d, (_, j) => 2 * row(patches, 0)[j] - row(patches, 3)[j]).values;
    expect(squareDistance(partOf(inside), inside)).toBeLessThan(1e-20);
    const { vector } = vectors[0];
    const rest = vector.map((value, i) => value - partOf(vector)[i]);
    for (let i = 0; i < N; i++) expect(dot(rest, row(patches, i))).toBeCloseTo(0, 10);
  });
});
