import { describe, expect, it } from 'vitest';
import { accuracy, labelledPatches, logisticObjective, secondLayer } from '../../science/classifier.ts';
import { denoisingObjective, denoisingTask } from '../../science/diffusion.ts';
import { forwardStep } from '../../science/forward-step.ts';
import type { Objective } from '../../science/gradient-descent.ts';
import { type Matrix, row, stackRows } from '../../science/matrix.ts';
import type { BackendMatrix, MatrixBackend } from '../../science/matrix-backend.ts';
import { openPortableBackend } from '../../science/portable-backend.ts';
import { type RandomStream, randomStream } from '../../science/random.ts';
import { classifiedRight, classLayer, softmaxObjective } from '../../science/softmax-classifier.ts';
import { type Span, spanOf } from '../../science/span.ts';
import { distinctPatches, sampleTwoPatchData } from '../../science/two-patch-data.ts';
import { gradientInSpace, matrixFrom, naiveProduct, naiveTranspose, relativeError } from './naive.ts';
import {
  centralDifferences,
  monteCarloLoss,
  naiveExpectedLoss,
  naiveLogisticLoss,
  naiveSoftmaxLoss,
} from './naive-loss.ts';

const backend = openPortableBackend('float64');

const gaussianMatrix = (rows: number, columns: number, scale: number, random: RandomStream) =>
  matrixFrom(rows, columns, () => scale * random.gaussian());

/** A random data set, and random weights in the span of its patches and a start. */
function randomCase(seed: number, neurons: number, d: number) {
  const random = randomStream(seed, 'losses.test');
  const samples = sampleTwoPatchData({ signalNorm: 2, sigma: 1, d }, 5, random);
  const span = spanOf(backend, distinctPatches(samples).patches, gaussianMatrix(neurons, d, 0.3, random));
  const coordinates = naiveProduct(gaussianMatrix(neurons, d, 0.6, random), naiveTranspose(span.basis));
  return { random, samples, span, coordinates, weights: naiveProduct(coordinates, span.basis) };
}

/** Loss and gradient in R^d, by way of the span. */
function evaluateInSpan(
  makeObjective: (backend: MatrixBackend, X: BackendMatrix) => Objective,
  { span, coordinates }: { span: Span; coordinates: Matrix },
) {
  const objective = makeObjective(backend, backend.upload(span.patches));
  const { excessLoss, gradient } = objective.evaluate(backend, backend.upload(coordinates));
  return { excessLoss: excessLoss(), gradient: gradientInSpace(backend.download(gradient), span.basis) };
}

const SEEDS = [1, 2, 3, 4];

describe('the expected denoising loss', () => {
  const forward = forwardStep(0.3);
  const d = 7;

  function diffusionCase(seed: number) {
    const given = randomCase(seed, 3, d);
    const task = { ...distinctPatches(given.samples), forward };
    const objective = (e: MatrixBackend, X: BackendMatrix) =>
      denoisingObjective(e, denoisingTask(e, forward, task.multiplicities), X);
    return { ...given, task, ...evaluateInSpan(objective, given) };
  }

  it.each(SEEDS)('is in the span what it is in R^d (case %i)', (seed) => {
    const { task, weights, excessLoss } = diffusionCase(seed);
    expect(d + excessLoss).toBeCloseTo(naiveExpectedLoss(weights, task), 10);
  });

  it.each(SEEDS)('has the gradient that central differences give (case %i)', (seed) => {
    const { task, weights, gradient } = diffusionCase(seed);
    const expected = centralDifferences((w) => naiveExpectedLoss(w, task), weights, 1e-5);
    expect(relativeError(gradient, expected)).toBeLessThan(1e-8);
  });

  it('is the mean over draws of the noise', () => {
    const { random, task, weights, excessLoss } = diffusionCase(1);
    const { loss, error } = monteCarloLoss(weights, task, 20_000, random);
    expect(error).toBeLessThan(0.02 * loss);
    expect(Math.abs(d + excessLoss - loss)).toBeLessThan(4 * error);
  });

  it('rounds by less than its magnitude says, where neurons cancel each other', () => {
    const single = openPortableBackend('float32');
    const random = randomStream(3, 'losses.test/cancelling');
    const { patches, multiplicities } = distinctPatches(randomCase(3, 3, d).samples);
    const half = gaussianMatrix(8, d, 3, random);
    const start = stackRows(half, {
      ...half,
      values: half.values.map((value) => -value * (1 + 1e-5 * random.gaussian())),
    });
    const span = spanOf(backend, patches, start);
    const [exact, rounded] = [backend, single].map((e) => {
      const objective = denoisingObjective(e, denoisingTask(e, forward, multiplicities), e.upload(span.patches));
      const { excessLoss, magnitude } = objective.evaluate(e, e.upload(span.start));
      return { excessLoss: excessLoss(), magnitude: magnitude() };
    });
    const error = Math.abs(rounded.excessLoss - exact.excessLoss);
    expect(error).toBeLessThan(single.epsilon * exact.magnitude);
    expect(error).toBeGreaterThan(64 * single.epsilon * Math.abs(exact.excessLoss));
  });
});

describe('the logistic loss', () => {
  function classifierCase(seed: number) {
    const given = randomCase(seed, 4, 6);
    const { samples } = given;
    const inSpace = Array.from(samples.labels, (label, i) => ({
      patches: [row(samples.signals, samples.signalOf[i]), row(samples.noises, i)],
      label,
    }));
    const objective = (e: MatrixBackend, X: BackendMatrix) =>
      logisticObjective(e, e.upload(secondLayer(2)), labelledPatches(samples), X);
    return { ...given, inSpace, ...evaluateInSpan(objective, given) };
  }

  it.each(SEEDS)('is in the span what it is in R^d (case %i)', (seed) => {
    const { inSpace, weights, excessLoss } = classifierCase(seed);
    expect(excessLoss).toBeCloseTo(naiveLogisticLoss(weights, inSpace), 12);
  });

  it.each(SEEDS)('has the gradient that central differences give (case %i)', (seed) => {
    const { inSpace, weights, gradient } = classifierCase(seed);
    const expected = centralDifferences((w) => naiveLogisticLoss(w, inSpace), weights, 1e-5);
    expect(relativeError(gradient, expected)).toBeLessThan(1e-7);
  });
});

describe('a classifier', () => {
  it('is right where f has the sign of the label, and so never where f is zero', () => {
    expect(accuracy(Float64Array.of(0, 0, 3, -2, 1), Int32Array.of(1, -1, 1, -1, -1))).toBe(2 / 5);
  });

  it('of many classes is right where the score of the own class is larger than all others', () => {
    const scores = { rows: 4, columns: 3, values: Float64Array.of(3, 1, 2, 1, 2, 3, 2, 2, 1, 0, 1, 2) };
    expect(classifiedRight(scores, Int32Array.of(0, 1, 0, 2))).toEqual([true, false, false, true]);
  });
});

describe('the softmax loss', () => {
  function softmaxCase(seed: number, classes: number) {
    const given = randomCase(seed, 2 * classes, 6);
    const samples = { ...given.samples, labels: given.samples.labels.map((_, i) => i % classes) };
    const inSpace = Array.from(samples.labels, (label, i) => ({
      patches: [row(samples.signals, samples.signalOf[i]), row(samples.noises, i)],
      label,
    }));
    const objective = (e: MatrixBackend, X: BackendMatrix) =>
      softmaxObjective(e, e.upload(classLayer(2, classes)), labelledPatches(samples), X);
    return { ...given, samples, inSpace, ...evaluateInSpan(objective, given) };
  }

  it.each(SEEDS)('is in the span what it is in R^d (case %i)', (seed) => {
    const { inSpace, weights, excessLoss } = softmaxCase(seed, 3);
    expect(excessLoss).toBeCloseTo(naiveSoftmaxLoss(weights, inSpace, 3), 12);
  });

  it.each(SEEDS)('has the gradient that central differences give (case %i)', (seed) => {
    const { inSpace, weights, gradient } = softmaxCase(seed, 3);
    const expected = centralDifferences((w) => naiveSoftmaxLoss(w, inSpace, 3), weights, 1e-5);
    expect(relativeError(gradient, expected)).toBeLessThan(1e-7);
  });

  it('is finite where the exponentials of the scores are not', () => {
    const { span, samples, coordinates } = softmaxCase(1, 3);
    const far = { ...coordinates, values: coordinates.values.map((value) => 100 * value) };
    const objective = (e: MatrixBackend, X: BackendMatrix) =>
      softmaxObjective(e, e.upload(classLayer(2, 3)), labelledPatches(samples), X);
    const { excessLoss, gradient } = evaluateInSpan(objective, { span, coordinates: far });
    expect(excessLoss).toBeGreaterThan(1000);
    expect([excessLoss, ...gradient.values].every(Number.isFinite)).toBe(true);
  });

  it('is the logistic loss for two classes', () => {
    const { inSpace, weights, excessLoss } = softmaxCase(1, 2);
    // The neurons of F_0 come first, and those of F_{+1}.
    const labelled = inSpace.map(({ patches, label }) => ({ patches, label: label === 0 ? 1 : -1 }));
    expect(excessLoss).toBeCloseTo(naiveLogisticLoss(weights, labelled), 12);
  });
});
