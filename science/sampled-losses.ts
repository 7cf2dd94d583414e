import { logisticLoss } from './classifier.ts';
import type { ForwardStep } from './forward-step.ts';
import type { DenoisingStep } from './generative-objectives.ts';
import { row } from './matrix.ts';
import type { Elements } from './matrix-backend.ts';
import { type Layer, runNetwork } from './network.ts';
import type { RandomStream } from './random.ts';
import { shuffleHead } from './shuffle.ts';
import type { Loss } from './space-descent.ts';
import type { TwoPatchSamples } from './two-patch-data.ts';
import { NormalNumbers } from './ziggurat.ts';

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
  const patches = patchesOf(samples);
  const size = { rows: 2 * batch * draws, columns: samples.noises.columns };
  const noise = new NormalNumbers(size.rows * size.columns);
  let drawn: readonly { readonly patch: Float64Array; readonly step: DenoisingStep }[] = [];
  const draw = () => {
    if (batch < order.length) shuffleHead(order, batch, stream);
    noise.draw(stream);
    drawn = Array.from({ length: size.rows }, (_, k) => ({
      patch: patches[2 * order[(k >> 1) % batch] + (k & 1)],
      step: drawStep(steps, stream),
    }));
  };
  return (ops, weights) => {
    const inputs = ops.compute(size, [], (result) => {
      draw();
      drawn.forEach(({ patch, step: { forward } }, k) => {
        combineRow(result, k, forward.alpha, patch, forward.beta, noise.values);
      });
    });
    const targets = ops.compute(size, [], (result) => {
      drawn.forEach(({ patch, step: { target } }, k) => {
        combineRow(result, k, target.clean, patch, target.noise, noise.values);
      });
    });
    const { outputs, gradient } = runNetwork(ops, layers, weights, inputs);
    const [square, product] = [ops.dot(outputs, outputs), ops.dot(outputs, targets)];
    return {
      excessLoss: () => (square() - 2 * product()) / size.rows,
      gradient: gradient(ops.combine(2 / size.rows, outputs, -2 / size.rows, targets)),
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
  const patches = patchesOf(samples);
  const size = { rows: patches.length, columns: samples.noises.columns };
  const noise = new NormalNumbers(size.rows * size.columns);
  const places = [0, 1].map((patch) => labels.map((_, i) => 2 * i + patch));
  const lossOf = logisticLoss({ places, labels }, size.rows);
  return (ops, weights) => {
    const inputs = ops.compute(size, [], (result) => {
      if (beta > 0) noise.draw(stream);
      patches.forEach((patch, k) => {
        combineRow(result, k, alpha, patch, beta, noise.values);
      });
    });
    const { outputs, gradient } = runNetwork(ops, layers, weights, inputs);
    let excessLoss = Number.NaN;
    const slopes = ops.compute(outputs, [outputs], (result, scores) => {
      excessLoss = lossOf(result, scores);
    });
    return { excessLoss: () => excessLoss, gradient: gradient(slopes) };
  };
}

/** x_1¹, x_1², x_2¹, ... */
function patchesOf({ signals, signalOf, noises }: TwoPatchSamples): readonly Float64Array[] {
  return Array.from(signalOf).flatMap((signal, i) => [row(signals, signal), row(noises, i)]);
}

/** Row k of `target` becomes p·x + q·(row k of `noise`). */
function combineRow(target: Elements, k: number, p: number, x: Float64Array, q: number, noise: Float64Array): void {
  const from = k * x.length;
  for (let j = 0; j < x.length; j++) target[from + j] = p * x[j] + q * noise[from + j];
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
