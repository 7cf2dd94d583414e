import { describe, expect, it } from 'vitest';
import { forwardStep } from '../../science/forward-step.ts';
import { row } from '../../science/matrix.ts';
import { openPortableBackend } from '../../science/portable-backend.ts';
import { randomStream } from '../../science/random.ts';
import { spanOf } from '../../science/span.ts';
import { testAccuracy, testDenoisingLoss } from '../../science/test-evaluation.ts';
import { distinctPatches, noisePatches, sampleTwoPatchData, signalPatches } from '../../science/two-patch-data.ts';
import { dot } from '../../science/vector.ts';
import { matrixFrom, naiveProduct } from './naive.ts';
import { naiveExpectedLoss } from './naive-loss.ts';

const backend = openPortableBackend('float64');

/** Random weights in the span of training patches, seen from test samples outside of that span. */
function randomCase(neurons: number) {
  const random = randomStream(1, 'test-evaluation.test');
  const distribution = { signalNorm: 1, sigma: 1, d: 12 };
  const train = sampleTwoPatchData(distribution, 3, random);
  const test = sampleTwoPatchData(distribution, 40, random);
  const start = matrixFrom(neurons, 12, () => 0.3 * random.gaussian());
  const { basis } = spanOf(backend, distinctPatches(train).patches, start);
  const coordinates = matrixFrom(neurons, basis.rows, () => 0.6 * random.gaussian());
  return { test, basis, uploaded: backend.upload(coordinates), weights: naiveProduct(coordinates, basis) };
}

describe('test evaluation', () => {
  it('gives the expected denoising loss on the test patches', () => {
    const { test, basis, uploaded, weights } = randomCase(3);
    const forward = forwardStep(0.2);
    const expected = naiveExpectedLoss(weights, { ...distinctPatches(test), forward });
    expect(12 + testDenoisingLoss(backend, 3, forward, basis, distinctPatches(test))(uploaded)).toBeCloseTo(
      expected,
      10,
    );
    const parts = [signalPatches(test), noisePatches(test)];
    const losses = parts.map((part) => 12 + testDenoisingLoss(backend, 3, forward, basis, part)(uploaded));
    expect(losses).toEqual(parts.map((part) => expect.closeTo(naiveExpectedLoss(weights, { ...part, forward }), 10)));
    expect((losses[0] + losses[1]) / 2).toBeCloseTo(expected, 10);
  });

  it('gives the share of test samples that the classifier gets right', () => {
    const { test, basis, uploaded, weights } = randomCase(4);
    const right = Array.from(test.labels).filter((label, i) => {
      const patches = [row(test.signals, test.signalOf[i]), row(test.noises, i)];
      const squares = (r: number) =>
        patches.reduce((sum, x) => sum + dot(row(weights, r), x) * dot(row(weights, r), x), 0);
      return label * (squares(0) + squares(1) - squares(2) - squares(3)) > 0;
    });
    expect(right.length).toBeGreaterThan(0);
    expect(right.length).toBeLessThan(40);
    expect(testAccuracy(backend, 2, basis, test)(uploaded)).toBe(right.length / 40);
  });
});
