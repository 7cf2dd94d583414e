import * as v from 'valibot';
import { StageError } from '../../engine/kind.ts';
import noisyMnist from '../noisy-mnist.ts';
import { count, positive } from '../schemas.ts';
import syntheticData from '../synthetic-data.ts';
import trainDiffusion from '../train-diffusion.ts';
import type { Choice } from './choices.ts';

const { backend, m, sigma0, t, stationarity } = trainDiffusion.params.entries;
const descent = v.strictObject({ step: positive, maxIterations: count });
const { n, d, sigma, testSamples, labels } = syntheticData.params.entries;
const { snr, digits, perDigit, testPerDigit } = noisyMnist.params.entries;

/** An experiment: data, and a training of both models on them. */
export const setupSchema = v.strictObject({
  data: v.variant('dataset', [
    v.strictObject({ dataset: v.literal('synthetic'), n, d, sigma, testSamples, labels }),
    v.strictObject({ dataset: v.literal('noisy-mnist'), snr, digits, perDigit, testPerDigit }),
  ]),
  training: v.strictObject({ backend, m, sigma0, t, stationarity, diffusion: descent, classifier: descent }),
});

export type Setup = v.InferOutput<typeof setupSchema>;

type Training = Setup['training'];

/**
 * The same experiment with one choice another by a factor, rounded where it is a count. Gradients are as ‖ξ‖²/n, so
 * steps go with n/d: an iteration then does as much at every size. Where the step is another, training takes as long:
 * step times iterations stays.
 * @throws {StageError} if the data have no such choice.
 */
export function varied({ data, training }: Setup, choice: Choice, factor: number): Setup {
  switch (choice) {
    case 'n':
      return sized({ data, training }, factor);
    case 'd': {
      if (data.dataset !== 'synthetic') throw new StageError('images have no dimension d to choose');
      const d = Math.max(3, Math.round(factor * data.d));
      return { data: { ...data, d }, training: withDescents(training, data.d / d, 1) };
    }
    case 'm':
      return { data, training: { ...training, m: counted(factor * training.m) } };
    case 'sigma0':
      return { data, training: { ...training, sigma0: factor * training.sigma0 } };
    case 't':
      return { data, training: { ...training, t: factor * training.t } };
    case 'step':
      return { data, training: withDescents(training, factor, 1 / factor) };
    case 'iterations':
      return { data, training: withDescents(training, 1, factor) };
  }
}

/** With more or fewer samples, as many of each label. */
function sized({ data, training }: Setup, factor: number): Setup {
  if (data.dataset === 'synthetic') {
    const n = 2 * counted((factor * data.n) / 2);
    return { data: { ...data, n }, training: withDescents(training, n / data.n, 1) };
  }
  const perDigit = counted(factor * data.perDigit);
  return { data: { ...data, perDigit }, training: withDescents(training, perDigit / data.perDigit, 1) };
}

function withDescents(training: Training, steps: number, iterations: number): Training {
  const scaled = ({ step, maxIterations }: Training['diffusion']) => ({
    step: steps * step,
    maxIterations: counted(iterations * maxIterations),
  });
  return { ...training, diffusion: scaled(training.diffusion), classifier: scaled(training.classifier) };
}

function counted(value: number): number {
  return Math.max(1, Math.round(value));
}
