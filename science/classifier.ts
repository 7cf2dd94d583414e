import type { Objective } from './gradient-descent.ts';
import { type Matrix, zeros } from './matrix.ts';
import type { BackendMatrix, Elements, MatrixBackend, Operations } from './matrix-backend.ts';
import { projectionsOn } from './span.ts';
import { exp, log1p } from './special-functions.ts';
import type { TwoPatchSamples } from './two-patch-data.ts';

/** Which patches samples consist of, and their labels. */
export interface LabelledPatches {
  /** For each patch of a sample, x_i¹, x_i², ..., its place among the N distinct patches, for every sample. */
  readonly places: readonly Int32Array[];
  /** y_i, +1 or -1; where there are more than two classes, 0, 1, ... */
  readonly labels: Int32Array;
}

/** The patches of samples among their distinct patches (science/two-patch-data.ts). */
export function labelledPatches({ signals, signalOf, labels }: TwoPatchSamples): LabelledPatches {
  return { places: [signalOf, Int32Array.from(labels, (_, i) => signals.rows + i)], labels };
}

/** The fixed second layer: +1/m for the m neurons of F_{+1}, then -1/m for those of F_{-1}; 1×2m. */
export function secondLayer(m: number): Matrix {
  const layer = zeros(1, 2 * m);
  layer.values.fill(1 / m, 0, m).fill(-1 / m, m);
  return layer;
}

/**
 * What each patch adds to the scores of its samples: k×N.
 * @param layer The second layer, a score a row: k×R.
 * @param z W·Xᵀ, R×N: the projections of the distinct patches.
 */
export function patchScores(ops: Operations, layer: BackendMatrix, z: BackendMatrix): BackendMatrix {
  return ops.matMul(layer, ops.multiply(z, z));
}

/**
 * f(x_i) = F_{+1}(x_i) - F_{-1}(x_i) with F_j(x) = (1/m) Σ_r Σ_p ⟨w_{j,r}, x^p⟩² (paper.md §1), of the scores of
 * patches.
 */
export function classifierOutputs({ places, labels }: LabelledPatches, scores: Elements): Float64Array {
  return Float64Array.from(labels, (_, i) => places.reduce((sum, of) => sum + scores[of[i]], 0));
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
  return scoreObjective(backend, layer, X, logisticLoss(data, X.rows));
}

/**
 * A loss of the scores that a second layer gives to squared projections, of the weights in coordinates of their span
 * (paper.md §2).
 * @param layer The second layer, k×R.
 * @param X The patches in these coordinates, N×N, lower triangular.
 * @param lossOf Gives the loss, and sets its derivatives, by what each patch adds to the scores of its samples: both
 * k×N.
 */
export function scoreObjective(
  backend: MatrixBackend,
  layer: BackendMatrix,
  X: BackendMatrix,
  lossOf: (slopes: Elements, scores: Elements) => number,
): Objective {
  const XT = backend.transpose(X);
  const doubledLayerT = backend.scale(2, backend.transpose(layer));
  return {
    columns: X.rows,
    evaluate(ops, W) {
      const z = projectionsOn(ops, XT, W);
      const scores = patchScores(ops, layer, z);
      let loss = Number.NaN;
      const slopes = ops.compute(scores, [scores], (result, values) => {
        loss = lossOf(result, values);
      });
      // dz_rk = 2 z_rk Σ_j a_jr g_jk, for the second layer a and the slopes g; the gradient is dz·X.
      const dz = ops.multiply(z, ops.matMul(doubledLayerT, slopes));
      return { excessLoss: () => loss, magnitude: () => loss, gradient: ops.matMulLower(dz, X) };
    },
  };
}

/**
 * The logistic loss (1/n) Σ log(1 + exp(-y_i f(x_i))) of the scores of N patches. The function sets its derivatives by
 * what each patch adds to the f of its samples.
 */
export function logisticLoss(
  { places, labels }: LabelledPatches,
  N: number,
): (slopes: Elements, scores: Elements) => number {
  const n = labels.length;
  const ofPatches = new Float64Array(N);
  return (slopes, scores) => {
    ofPatches.fill(0);
    let loss = 0;
    for (let i = 0; i < n; i++) {
      let output = 0;
      for (const of of places) output += scores[of[i]];
      const margin = labels[i] * output;
      // exp(-|margin|) can't overflow.
      const small = exp(-Math.abs(margin));
      loss += (Math.max(-margin, 0) + log1p(small)) / n;
      const slope = (-labels[i] * (margin > 0 ? small : 1)) / (n * (1 + small));
      for (const of of places) ofPatches[of[i]] += slope;
    }
    slopes.set(ofPatches);
    return loss;
  };
}
