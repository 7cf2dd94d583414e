import type { Objective } from './gradient-descent.ts';
import { type Matrix, zeros } from './matrix.ts';
import type { BackendMatrix, MatrixBackend } from './matrix-backend.ts';
import { projectionsOn } from './span.ts';
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

/** The fixed second layer: +1/m for the m neurons of F_{+1}, then -1/m for those of F_{-1}; 1×2m. */
export function secondLayer(m: number): Matrix {
  const layer = zeros(1, 2 * m);
  layer.values.fill(1 / m, 0, m).fill(-1 / m, m);
  return layer;
}

/**
 * f(x_i) = F_{+1}(x_i) - F_{-1}(x_i) with F_j(x) = (1/m) Σ_r Σ_p ⟨w_{j,r}, x^p⟩² (paper.md §1), one a sample.
 * @param z W·Xᵀ, 2m×N: the projections of the distinct patches.
 */
export function classifierOutputs(
  backend: MatrixBackend,
  layer: BackendMatrix,
  { pairs }: LabelledPatches,
  z: BackendMatrix,
): Float64Array {
  const { values } = patchScores(backend, layer, z);
  const outputs = new Float64Array(pairs.length);
  for (let i = 0; i < pairs.length; i++) outputs[i] = values[pairs[i][0]] + values[pairs[i][1]];
  return outputs;
}

/**
 * What each patch adds to the scores of its samples.
 * @param layer The second layer, a score a row: k×R.
 * @param z W·Xᵀ, R×N.
 * @returns k×N.
 */
export function patchScores(backend: MatrixBackend, layer: BackendMatrix, z: BackendMatrix): Matrix {
  const { scores } = backend.tidy(() => ({ scores: backend.matMul(layer, backend.multiply(z, z)) }));
  const downloaded = backend.download(scores);
  backend.dispose(scores);
  return downloaded;
}

/** The share of samples for which f has the sign of the label. */
export function accuracy(outputs: Float64Array, labels: Int32Array): number {
  return labels.reduce((right, label, i) => right + (label * outputs[i] > 0 ? 1 : 0), 0) / labels.length;
}

/**
 * The logistic loss of the weights in coordinates of their span (paper.md §1 and §2).
 * @param X The patches in these coordinates, N×N, lower triangular.
 */
export function logisticObjective(
  backend: MatrixBackend,
  layer: BackendMatrix,
  data: LabelledPatches,
  X: BackendMatrix,
): Objective {
  return scoreObjective(backend, layer, X, (z) => {
    const { loss, slopes } = logisticLoss(classifierOutputs(backend, layer, data, z), data.labels);
    return { loss, slopes: patchSlopes(data, slopes, z.columns) };
  });
}

/** A loss of scores, and its derivatives by what each patch adds to the scores of its samples, a score a row: k×N. */
interface ScoreLoss {
  readonly loss: number;
  readonly slopes: Matrix;
}

/**
 * A loss of the scores that a second layer gives to squared projections, of the weights in coordinates of their span
 * (paper.md §2).
 * @param layer The second layer, k×R.
 * @param X The patches in these coordinates, N×N, lower triangular.
 * @param lossOf The loss, given the projections of the distinct patches, R×N.
 */
export function scoreObjective(
  backend: MatrixBackend,
  layer: BackendMatrix,
  X: BackendMatrix,
  lossOf: (z: BackendMatrix) => ScoreLoss,
): Objective {
  const XT = backend.transpose(X);
  const doubledLayerT = backend.scale(2, backend.transpose(layer));
  return (W) =>
    backend.tidy(() => {
      const z = projectionsOn(backend, XT, W);
      const { loss, slopes } = lossOf(z);
      // dz_rk = 2 z_rk Σ_j a_jr g_jk, for the second layer a and the slopes g; the gradient is dz·X.
      const dz = backend.multiply(z, backend.matMul(doubledLayerT, backend.upload(slopes)));
      return { excessLoss: loss, magnitude: loss, gradient: backend.matMulLower(dz, X) };
    });
}

/** The logistic loss (1/n) Σ log(1 + exp(-y_i f(x_i))), and its derivative by each f(x_i). */
export function logisticLoss(outputs: Float64Array, labels: Int32Array): { loss: number; slopes: Float64Array } {
  const n = labels.length;
  const slopes = new Float64Array(n);
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const margin = labels[i] * outputs[i];
    // exp(-|margin|) can't overflow.
    const small = exp(-Math.abs(margin));
    loss += (Math.max(-margin, 0) + log1p(small)) / n;
    slopes[i] = (-labels[i] * (margin > 0 ? small : 1)) / (n * (1 + small));
  }
  return { loss, slopes };
}

/** From the derivative of a loss by the output of each sample, that by what each patch adds to it, 1×N. */
export function patchSlopes({ pairs }: LabelledPatches, slopes: Float64Array, patchCount: number): Matrix {
  const ofPatches = zeros(1, patchCount);
  for (let i = 0; i < pairs.length; i++) for (const patch of pairs[i]) ofPatches.values[patch] += slopes[i];
  return ofPatches;
}
