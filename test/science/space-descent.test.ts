import { describe, expect, it } from 'vitest';
import { denoisingObjective, denoisingTask } from '../../science/diffusion.ts';
import { expectedDenoisingLoss } from '../../science/expected-losses.ts';
import { forwardStep } from '../../science/forward-step.ts';
import { denoisingSteps } from '../../science/generative-objectives.ts';
import { DivergenceError, gradientDescent } from '../../science/gradient-descent.ts';
import { initialWeights } from '../../science/initial-weights.ts';
import type { Matrix } from '../../science/matrix.ts';
import { openPortableBackend } from '../../science/portable-backend.ts';
import { randomStream } from '../../science/random.ts';
import { descendInSpace } from '../../science/space-descent.ts';
import { spanOf } from '../../science/span.ts';
import { distinctPatches, sampleTwoPatchData } from '../../science/two-patch-data.ts';
import { naiveProduct, relativeError } from './naive.ts';

const backend = openPortableBackend('float64');
const d = 30;
const samples = sampleTwoPatchData({ signalNorm: 4, sigma: 1, d }, 6, randomStream(1, 'space-descent.test'));
const data = distinctPatches(samples);
const start = initialWeights(4, d, 0.1, randomStream(1, 'space-descent.test/start'));
const loss = expectedDenoisingLoss(backend, data, denoisingSteps('diffusion', [0.2]));

/** The recorded trainings in R^d. */
async function descend(step: number, iterations: number, reported: number[] = []) {
  const records: { iteration: number; excessLoss: number; W: Matrix }[] = [];
  await descendInSpace(backend, { W: start }, loss, {
    step,
    iterations,
    recordsPerDecade: 4,
    record: (iteration, excessLoss, { W }) => records.push({ iteration, excessLoss, W: backend.download(W) }),
    report: async (iteration) => void reported.push(iteration),
  });
  return records;
}

describe('gradient descent in R^d', () => {
  it('goes where gradient descent in the span goes, on the same loss', async () => {
    const inSpace = await descend(0.01, 300);
    const span = spanOf(backend, data.patches, start);
    const task = denoisingTask(backend, forwardStep(0.2), data.multiplicities);
    const objective = denoisingObjective(backend, task, backend.upload(span.patches));
    const inSpan = await gradientDescent(
      backend,
      span.start,
      objective,
      { step: 0.01, maxIterations: 300, stationarity: undefined, recordsPerDecade: 4 },
      async () => {},
    );
    expect(inSpan.halvings).toEqual([]);
    expect(inSpace.map(({ iteration }) => iteration)).toEqual(inSpan.records.map(({ iteration }) => iteration));
    for (const [k, { weights, excessLoss }] of inSpan.records.entries()) {
      expect(relativeError(inSpace[k].W, naiveProduct(weights, span.basis))).toBeLessThan(1e-9);
      expect(inSpace[k].excessLoss).toBeCloseTo(excessLoss, 9);
    }
    expect(inSpace.at(-1)?.excessLoss).toBeLessThan(-1);
  });

  it('tells of every fiftieth iteration but the last', async () => {
    const reported: number[] = [];
    await descend(0.01, 150, reported);
    expect(reported).toEqual([0, 50, 100]);
  });

  it('stops with a message when the loss has no bound', async () => {
    const training = descend(10, 300);
    await expect(training).rejects.toThrow(DivergenceError);
    await expect(training).rejects.toThrow(/at iteration \d+ the loss exceeds its constant by/);
  });
});
