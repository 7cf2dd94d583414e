import { describe, expect, it } from 'vitest';
import { ARCHITECTURES, classifierNetwork, denoiserNetwork } from '../../science/architectures.ts';
import { expectedDenoisingLoss, variationalLoss } from '../../science/expected-losses.ts';
import { forwardStep } from '../../science/forward-step.ts';
import { DENOISING_OBJECTIVES, denoisingSteps } from '../../science/generative-objectives.ts';
import { type Matrix, row } from '../../science/matrix.ts';
import type { Weights } from '../../science/network.ts';
import { openPortableBackend } from '../../science/portable-backend.ts';
import { randomStream } from '../../science/random.ts';
import { classificationLoss, sampledDenoisingLoss } from '../../science/sampled-losses.ts';
import type { Loss } from '../../science/space-descent.ts';
import { distinctPatches, sampleTwoPatchData } from '../../science/two-patch-data.ts';
import { dot } from '../../science/vector.ts';
import { relativeError } from './naive.ts';
import { centralDifferences, naiveExpectedLoss, naiveLogisticLoss } from './naive-loss.ts';

const backend = openPortableBackend('float64');
const d = 7;
const size = { m: 3, d, sigma0: 0.4, seed: 5 };
const samples = sampleTwoPatchData({ signalNorm: 2, sigma: 1, d }, 4, randomStream(5, 'variant-losses.test'));
const data = distinctPatches(samples);
const TIMES = [0.1, 0.5];
const DECODER_VARIANCE = 0.3;

/** The loss and its gradient at weights; the loss is made anew, so that it draws the same again. */
function evaluate(makeLoss: () => Loss, weights: Weights<Matrix>): { excessLoss: number; gradient: Weights<Matrix> } {
  const uploaded = Object.entries(weights).map(([name, matrix]) => [name, backend.upload(matrix)]);
  const { excessLoss, gradient } = makeLoss()(backend, Object.fromEntries(uploaded));
  const downloaded = Object.entries(gradient).map(([name, matrix]) => [name, backend.download(matrix)]);
  return { excessLoss: excessLoss(), gradient: Object.fromEntries(downloaded) };
}

/** Compares the gradient by every weight with central differences. */
function expectGradient(makeLoss: () => Loss, weights: Weights<Matrix>): void {
  const { gradient } = evaluate(makeLoss, weights);
  expect(Object.keys(gradient).sort()).toEqual(Object.keys(weights).sort());
  for (const [name, matrix] of Object.entries(weights)) {
    const loss = (value: Matrix) => evaluate(makeLoss, { ...weights, [name]: value }).excessLoss;
    expect(relativeError(gradient[name], centralDifferences(loss, matrix, 1e-5)), name).toBeLessThan(1e-6);
  }
}

const draws = () => randomStream(5, 'variant-losses.test/draws');
const sampling = { draws: 3, batch: 2 };

describe.each(ARCHITECTURES)('architecture %s', (architecture) => {
  it.each(DENOISING_OBJECTIVES)('has the gradient of the sampled objective %s', (objective) => {
    const { layers, start } = denoiserNetwork(architecture, size);
    const steps = denoisingSteps(objective, TIMES);
    expectGradient(() => sampledDenoisingLoss(layers, samples, steps, sampling, draws()), start);
  });

  it.each([undefined, 0.2])('has the gradient of the classification with noise of the time %s', (t) => {
    const { layers, start } = classifierNetwork(backend, architecture, size);
    const forward = t === undefined ? undefined : forwardStep(t);
    expectGradient(() => classificationLoss(layers, samples, forward, draws()), start);
  });
});

describe('expected losses', () => {
  const { start } = denoiserNetwork('quadratic', size);

  it.each(DENOISING_OBJECTIVES)('have the gradient of the objective %s', (objective) => {
    expectGradient(() => expectedDenoisingLoss(backend, data, denoisingSteps(objective, TIMES)), start);
  });

  it('have the gradient of the variational autoencoder', () => {
    expectGradient(() => variationalLoss(backend, data, DECODER_VARIANCE), start);
  });

  const batches = DENOISING_OBJECTIVES.flatMap((objective) => [4, 1].map((batch) => ({ objective, batch })));
  it.each(batches)(
    'are the mean of the sampled loss of the objective $objective, $batch of 4 samples a time',
    ({ objective, batch }) => {
      const steps = denoisingSteps(objective, TIMES);
      const { layers } = denoiserNetwork('quadratic', size);
      const W = backend.upload(start.W);
      const sampled = sampledDenoisingLoss(layers, samples, steps, { draws: 400 / batch, batch }, draws());
      const losses = Array.from({ length: 60 }, () => sampled(backend, { W }).excessLoss());
      const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
      const variance = losses.reduce((sum, loss) => sum + (loss - mean) * (loss - mean), 0) / losses.length;
      const error = Math.sqrt(variance / losses.length);
      const { excessLoss } = evaluate(() => expectedDenoisingLoss(backend, data, steps), start);
      expect(error).toBeLessThan(0.15);
      expect(Math.abs(mean - excessLoss)).toBeLessThan(4 * error + 1e-12);
    },
  );

  it('of the denoising autoencoder predict the clean patch at each time of the schedule', () => {
    const steps = TIMES.map((t) => ({ forward: forwardStep(t), target: { clean: 1, noise: 0 }, weight: 1 / 2 }));
    expect(denoisingSteps('denoising-autoencoder', TIMES)).toEqual(steps);
  });

  it('average over the schedule what the definition gives at each time', () => {
    const { excessLoss } = evaluate(
      () => expectedDenoisingLoss(backend, data, denoisingSteps('diffusion', TIMES)),
      start,
    );
    const [first, second] = TIMES.map((t) => naiveExpectedLoss(start.W, { ...data, forward: forwardStep(t) }));
    expect(d + excessLoss).toBeCloseTo((first + second) / 2, 10);
  });

  it('of flow matching do not change with more points of quadrature', () => {
    const count = 400;
    const midpoints = Array.from({ length: count }, (_, k) => {
      const tau = (k + 0.5) / count;
      return { forward: { alpha: 1 - tau, beta: tau }, target: { clean: -1, noise: 1 }, weight: 1 / count };
    });
    const { excessLoss } = evaluate(
      () => expectedDenoisingLoss(backend, data, denoisingSteps('flow-matching', [])),
      start,
    );
    const fine = evaluate(() => expectedDenoisingLoss(backend, data, midpoints), start).excessLoss;
    expect(Math.abs(excessLoss / fine - 1)).toBeLessThan(1e-4);
  });

  it('of the variational autoencoder are its bound at the best variances of the code', () => {
    const { excessLoss } = evaluate(() => variationalLoss(backend, data, DECODER_VARIANCE), start);
    const best = naiveVariationalLoss(start.W, 1);
    expect(excessLoss).toBeCloseTo(best, 10);
    expect(naiveVariationalLoss(start.W, 1.1)).toBeGreaterThan(best);
    expect(naiveVariationalLoss(start.W, 0.9)).toBeGreaterThan(best);
  });
});

describe('the classification of noisy samples', () => {
  it('sees new noise in every step', () => {
    const { layers, start } = classifierNetwork(backend, 'quadratic', size);
    const loss = classificationLoss(layers, samples, forwardStep(0.2), draws());
    const losses = [1, 2, 3].map(() => evaluate(() => loss, start).excessLoss);
    expect(new Set(losses).size).toBe(3);
  });
});

describe('the classification of clean samples', () => {
  it('has the logistic loss of the definition', () => {
    const { layers, start } = classifierNetwork(backend, 'quadratic', size);
    const inSpace = Array.from(samples.labels, (label, i) => ({
      patches: [row(samples.signals, samples.signalOf[i]), row(samples.noises, i)],
      label,
    }));
    const { excessLoss } = evaluate(() => classificationLoss(layers, samples, undefined, draws()), start);
    expect(excessLoss).toBeCloseTo(naiveLogisticLoss(start.W, inSpace), 12);
  });
});

/**
 * 2σ² times the negative evidence bound a patch, in excess of that at W = 0, where f = 0 and every code is the prior.
 * @param factor of the best variances of the code.
 */
function naiveVariationalLoss(weights: Matrix, factor: number): number {
  const { rows: m } = weights;
  const neurons = Array.from({ length: m }, (_, r) => row(weights, r));
  const variances = neurons.map((w) => factor / (1 + dot(w, w) / (m * DECODER_VARIANCE)));
  let total = 0;
  let patches = 0;
  for (const [i, count] of data.multiplicities.entries()) {
    const x = row(data.patches, i);
    const codes = neurons.map((w) => dot(w, x) * dot(w, x));
    const residual = x.map(
      (value, j) => value - neurons.reduce((sum, w, r) => sum + codes[r] * w[j], 0) / Math.sqrt(m),
    );
    let loss = dot(residual, residual) - dot(x, x);
    for (const [r, w] of neurons.entries()) {
      // biome-ignore lint/plugin: the oracle of a test, with its own logarithm
      const divergence = codes[r] * codes[r] + variances[r] - 1 - Math.log(variances[r]);
      loss += (variances[r] / m) * dot(w, w) + DECODER_VARIANCE * divergence;
    }
    total += count * loss;
    patches += count;
  }
  return total / patches;
}
