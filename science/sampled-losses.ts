import { logisticLoss } from './classifier.ts';
import type { ForwardStep } from './forward-step.ts';
import type { DenoisingStep } from './generative-objectives.ts';
import { type Matrix, row, zeros } from './matrix.ts';
import { type Layer, runNetwork } from './network.ts';
import type { RandomStream } from './random.ts';
import type { Loss } from './space-descent.ts';
import type { TwoPatchSamples } from './two-patch-data.ts';
import { fillGaussian } from './ziggurat.ts';

/** How the expectations over noise, time and samples are estimated, anew in every step. */
export interface Sampling {
  /** How often noise and time are drawn for each patch. */
  readonly draws: number;
  /** How many samples are drawn, without putting back. */
  readonly batch: number;
}

/** The loss of a denoising objective on drawn noise, times and samples, for any network from R^d to R^d. */
export function sampledDenoisingLoss(
  layers: readonly Layer[],
  samples: TwoPatchSamples,
  steps: readonly DenoisingStep[],
  { draws, batch }: Sampling,
  stream: RandomStream,
): Loss {
  const order = Int32Array.from(samples.labels, (_, i) => i);
  const count = 2 * batch * draws;
  const noise = zeros(count, samples.noises.columns);
  const inputs = zeros(count, samples.noises.columns);
  const targets = zeros(count, samples.noises.columns);
  const draw = () => {
    if (batch < order.length) shuffleHead(order, batch, stream);
    fillGaussian(noise.values, stream);
    for (let k = 0; k < count; k++) {
      const { forward, target } = drawStep(steps, stream);
      const patch = patchOf(samples, order[(k >> 1) % batch], k & 1);
      combineRow(inputs, k, forward.alpha, patch, forward.beta, noise);
      combineRow(targets, k, target.clean, patch, target.noise, noise);
    }
  };
  return (ops, weights) => {
    const drawn = ops.compute(inputs, [], (result) => {
      draw();
      result.set(inputs.values);
    });
    const wanted = ops.compute(targets, [], (result) => result.set(targets.values));
    const { outputs, gradient } = runNetwork(ops, layers, weights, drawn);
    const [square, product] = [ops.dot(outputs, outputs), ops.dot(outputs, wanted)];
    return {
      excessLoss: () => (square() - 2 * product()) / count,
      gradient: gradient(ops.combine(2 / count, outputs, -2 / count, wanted)),
    };
  };
}

/**
 * The logistic loss (paper.md §1), for any network from a patch to what it adds to F_{+1} - F_{-1}.
 * @param forward If given, the network sees αx + βε instead of x, with new noise in every step.
 */
export function classificationLoss(
  layers: readonly Layer[],
  samples: TwoPatchSamples,
  forward: ForwardStep | undefined,
  stream: RandomStream,
): Loss {
  const { alpha, beta } = forward ?? { alpha: 1, beta: 0 };
  const { labels } = samples;
  const noise = zeros(2 * labels.length, samples.noises.columns);
  const inputs = zeros(2 * labels.length, samples.noises.columns);
  const patches = { places: [0, 1].map((patch) => labels.map((_, i) => 2 * i + patch)), labels };
  const lossOf = logisticLoss(patches, inputs.rows);
  return (ops, weights) => {
    const drawn = ops.compute(inputs, [], (result) => {
      if (beta > 0) fillGaussian(noise.values, stream);
      for (let k = 0; k < inputs.rows; k++) combineRow(inputs, k, alpha, patchOf(samples, k >> 1, k & 1), beta, noise);
      result.set(inputs.values);
    });
    const { outputs, gradient } = runNetwork(ops, layers, weights, drawn);
    let excessLoss = Number.NaN;
    const slopes = ops.compute(outputs, [outputs], (result, scores) => {
      excessLoss = lossOf(result, scores);
    });
    return { excessLoss: () => excessLoss, gradient: gradient(slopes) };
  };
}

/** x_i¹ or x_i². */
function patchOf({ signals, signalOf, noises }: TwoPatchSamples, i: number, second: number): Float64Array {
  return second === 1 ? row(noises, i) : row(signals, signalOf[i]);
}

/** Row k of `target` becomes p·x + q·(row k of `noise`). */
function combineRow(target: Matrix, k: number, p: number, x: Float64Array, q: number, noise: Matrix): void {
  const from = k * target.columns;
  for (let j = 0; j < x.length; j++) target.values[from + j] = p * x[j] + q * noise.values[from + j];
}

function drawStep(steps: readonly DenoisingStep[], stream: RandomStream): DenoisingStep {
  if (steps.length === 1) return steps[0];
  let left = stream.uniform();
  for (const step of steps) {
    left -= step.weight;
    if (left < 0) return step;
  }
  return steps[steps.length - 1];
}

/** Puts `count` elements drawn without putting back at the head of `order`. */
function shuffleHead(order: Int32Array, count: number, stream: RandomStream): void {
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(stream.uniform() * (order.length - i));
    [order[i], order[j]] = [order[j], order[i]];
  }
}
