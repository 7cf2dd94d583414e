import { type LabelledPatches, patchScores, scoreObjective } from './classifier.ts';
import type { Objective } from './gradient-descent.ts';
import { type Matrix, row, zeros } from './matrix.ts';
import type { BackendMatrix, MatrixBackend } from './matrix-backend.ts';
import { exp, ln } from './special-functions.ts';

// The classifier of paper.md §1 for k classes, labelled 0 to k-1: F_j as there, and the softmax of F_0, ..., F_{k-1} in the
// place of the logistic function of F_{+1} - F_{-1}, which is the case k = 2.

/** The fixed second layer, k×km: each F_j has m neurons of its own, of weight 1/m. */
export function classLayer(m: number, classes: number): Matrix {
  const layer = zeros(classes, m * classes);
  for (let j = 0; j < classes; j++) row(layer, j).fill(1 / m, j * m, (j + 1) * m);
  return layer;
}

/**
 * F_j(x_i) = (1/m) Σ_r Σ_p ⟨w_{j,r}, x^p⟩², n×k.
 * @param z W·Xᵀ, km×N: the projections of the distinct patches.
 */
export function classScores(
  backend: MatrixBackend,
  layer: BackendMatrix,
  { pairs }: LabelledPatches,
  z: BackendMatrix,
): Matrix {
  const ofPatches = patchScores(backend, layer, z);
  const scores = zeros(pairs.length, layer.rows);
  for (let j = 0; j < layer.rows; j++) {
    const ofClass = row(ofPatches, j);
    pairs.forEach(([signal, noise], i) => {
      row(scores, i)[j] = ofClass[signal] + ofClass[noise];
    });
  }
  return scores;
}

/** Whether each sample's own class has the largest of its scores. */
export function classifiedRight(scores: Matrix, labels: Int32Array): boolean[] {
  return Array.from(labels, (label, i) =>
    row(scores, i).every((score, j) => j === label || score < row(scores, i)[label]),
  );
}

/**
 * The softmax loss L = (1/n) Σ log Σ_j exp(F_j(x_i) - F_{y_i}(x_i)) of the weights in coordinates of their span (paper.md
 * §2).
 * @param X The patches in these coordinates, N×N, lower triangular.
 */
export function softmaxObjective(
  backend: MatrixBackend,
  layer: BackendMatrix,
  data: LabelledPatches,
  X: BackendMatrix,
): Objective {
  return scoreObjective(backend, layer, X, (z) => softmaxLoss(classScores(backend, layer, data, z), data, z.columns));
}

/** The loss, and its derivatives by what each patch adds to the scores of its samples, k×N. */
function softmaxLoss(scores: Matrix, { pairs, labels }: LabelledPatches, patchCount: number) {
  const slopes = zeros(scores.columns, patchCount);
  let loss = 0;
  pairs.forEach((patches, i) => {
    const of = row(scores, i);
    const largest = of.reduce((max, score) => Math.max(max, score));
    const weights = of.map((score) => exp(score - largest));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    loss += (ln(total) + largest - of[labels[i]]) / pairs.length;
    weights.forEach((weight, j) => {
      const slope = (weight / total - (j === labels[i] ? 1 : 0)) / pairs.length;
      for (const patch of patches) row(slopes, j)[patch] += slope;
    });
  });
  return { loss, slopes };
}
