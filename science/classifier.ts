import type { Objective } from './gradient-descent.ts';
import { type Matrix, zeros } from './matrix.ts';
import type { EngineMatrix, MatrixEngine } from './matrix-engine.ts';
import { exp, log1p } from './special-functions.ts';
import type { TwoPatchSamples } from './two-patch-data.ts';

/** Which patches a sample consists of, and its label. */
export interface LabelledPatches {
  /** The places of x_i¹ and x_i² among the N distinct patches. */
  readonly pairs: readonly (readonly [number, number])[];
  /** y_i, +1 or -1; where there are more than two classes, 0, 1, ... */
  readonly labels: Int32Array;
}

/** The patches of samples among their distinct patches (science/two-patch-data.ts). */
export function labelledPatches({ signals, signalOf, labels }: TwoPatchSamples): LabelledPatches {
  return { pairs: Array.from(signalOf, (signal, i) => [signal, signals.rows + i] as const), labels };
}

/** The fixed second layer: +1/m for the m neurons of F_{+1}, then -1/m for those of F_{-1}; 2m×1. */
export function secondLayer(m: number): Matrix {
  const layer = zeros(2 * m, 1);
  layer.values.fill(1 / m, 0, m).fill(-1 / m, m);
  return layer;
}

/**
 * f(x_i) = F_{+1}(x_i) - F_{-1}(x_i) with F_j(x) = (1/m) Σ_r Σ_p ⟨w_{j,r}, x^p⟩² (paper.md §1), one a sample.
 * @param z W·Xᵀ, 2m×N: the projections of the distinct patches.
 */
export function classifierOutputs(
  engine: MatrixEngine,
  layer: EngineMatrix,
  { pairs }: LabelledPatches,
  z: EngineMatrix,
): Float64Array {
  const { scores } = engine.tidy(() => ({ scores: engine.matMul(engine.transpose(engine.multiply(z, z)), layer) }));
  const { values } = engine.download(scores);
  engine.dispose(scores);
  const outputs = new Float64Array(pairs.length);
  pairs.forEach(([signal, noise], i) => {
    outputs[i] = values[signal] + values[noise];
  });
  return outputs;
}

/** The share of samples for which f has the sign of the label. */
export function accuracy(outputs: Float64Array, labels: Int32Array): number {
  return labels.reduce((right, label, i) => right + (label * outputs[i] > 0 ? 1 : 0), 0) / labels.length;
}

/**
 * The logistic loss L = (1/n) Σ log(1 + exp(-y_i f(x_i))) as a function on the span of 2m start vectors and N patches
 * (paper.md §1 and §2).
 * @param K The Gram matrix of the basis, (2m+N)×(2m+N).
 */
export function logisticObjective(
  engine: MatrixEngine,
  layer: EngineMatrix,
  data: LabelledPatches,
  K: EngineMatrix,
): Objective {
  return scoreObjective(engine, layer, K, (z) => {
    const outputs = classifierOutputs(engine, layer, data, z);
    return { loss: logisticLoss(outputs, data.labels), slopes: scoreSlopes(data, outputs, z.columns) };
  });
}

/** A loss of the scores that a second layer gives to squared projections, and its derivatives. */
interface ScoreLoss {
  readonly loss: number;
  /** By what each patch adds to the scores of its samples, a score a row: k×N. */
  readonly slopes: Matrix;
}

/**
 * A loss of scores as a function on the span of R start vectors and N patches (paper.md §2).
 * @param layer The second layer, R×k.
 * @param K The Gram matrix of the basis, (R+N)×(R+N).
 * @param lossOf The loss, given the projections of the distinct patches, R×N.
 */
export function scoreObjective(
  engine: MatrixEngine,
  layer: EngineMatrix,
  K: EngineMatrix,
  lossOf: (z: EngineMatrix) => ScoreLoss,
): Objective {
  const neurons = layer.rows;
  const origin = engine.upload(zeros(neurons, K.rows));
  // K is symmetric, so its last columns are also its last rows.
  const patchGram = engine.transpose(engine.columnsFrom(K, neurons));
  return ({ products }) =>
    engine.tidy(() => {
      const z = engine.columnsFrom(products, neurons);
      const { loss, slopes } = lossOf(z);
      // dz_rk = 2 z_rk Σ_j a_rj g_jk, for the second layer a and the slopes g; the gradient is dz·X.
      const dz = engine.scale(2, engine.multiply(z, engine.matMul(layer, engine.upload(slopes))));
      return {
        excessLoss: loss,
        gradient: engine.addToColumnsFrom(origin, neurons, dz),
        gradientProducts: engine.matMul(dz, patchGram),
      };
    });
}

/** (1/n) Σ log(1 + exp(-y_i f(x_i))). */
export function logisticLoss(outputs: Float64Array, labels: Int32Array): number {
  return outputs.reduce((sum, output, i) => sum + softplus(-labels[i] * output), 0) / labels.length;
}

/** The derivative of the loss by what each patch adds to the outputs of its samples, 1×N. */
export function scoreSlopes({ pairs, labels }: LabelledPatches, outputs: Float64Array, patchCount: number): Matrix {
  const slopes = zeros(1, patchCount);
  pairs.forEach(([signal, noise], i) => {
    const slope = -labels[i] / (labels.length * (1 + exp(labels[i] * outputs[i])));
    slopes.values[signal] += slope;
    slopes.values[noise] += slope;
  });
  return slopes;
}

/** log(1 + e^x), without overflow. */
function softplus(x: number): number {
  return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}
