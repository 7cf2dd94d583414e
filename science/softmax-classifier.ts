import { type LabelledPatches, scoreObjective } from './classifier.ts';
import type { Objective } from './gradient-descent.ts';
import { type Matrix, row, zeros } from './matrix.ts';
import type { BackendMatrix, Elements, MatrixBackend } from './matrix-backend.ts';
import { exp, ln } from './special-functions.ts';

// The classifier of paper.md §1 for k classes, labelled 0 to k-1: F_j as there, and the softmax of F_0, ..., F_{k-1} in
// the place of the logistic function of F_{+1} - F_{-1}, which is the case k = 2.

/** The fixed second layer, k×km: each F_j has m neurons of its own, of weight 1/m. */
export function classLayer(m: number, classes: number): Matrix {
  const layer = zeros(classes, m * classes);
  for (let j = 0; j < classes; j++) row(layer, j).fill(1 / m, j * m, (j + 1) * m);
  return layer;
}

/**
 * F_j(x_i) = (1/m) Σ_r Σ_p ⟨w_{j,r}, x^p⟩², n×k.
 * @param ofPatches What each patch adds to them (science/classifier.ts), k×N.
 */
export function classScores(classes: number, { places, labels }: LabelledPatches, ofPatches: Elements): Matrix {
  const N = ofPatches.length / classes;
  const scores = zeros(labels.length, classes);
  labels.forEach((_, i) => {
    const of = row(scores, i);
    for (let j = 0; j < classes; j++) of[j] = places.reduce((sum, place) => sum + ofPatches[j * N + place[i]], 0);
  });
  return scores;
}

/** Whether each sample's own class has the largest of its scores. */
export function classifiedRight(scores: Matrix, labels: Int32Array): boolean[] {
  return Array.from(labels, (label, i) =>
    row(scores, i).every((score, j) => j === label || score < row(scores, i)[label]),
  );
}

/**
 * The softmax loss L = (1/n) Σ log Σ_j exp(F_j(x_i) - F_{y_i}(x_i)) of the weights in coordinates of their span
 * (paper.md §2).
 * @param X The patches in these coordinates, N×N, lower triangular.
 */
export function softmaxObjective(
  backend: MatrixBackend,
  layer: BackendMatrix,
  data: LabelledPatches,
  X: BackendMatrix,
): Objective {
  return scoreObjective(backend, layer, X, (slopesOfPatches, scores) => {
    const { loss, slopes } = softmaxLoss(classScores(layer.rows, data, scores), data, X.rows);
    slopesOfPatches.set(slopes.values);
    return loss;
  });
}

/** The loss, and its derivatives by what each patch adds to the scores of its samples, k×N. */
function softmaxLoss(scores: Matrix, { places, labels }: LabelledPatches, patchCount: number) {
  const slopes = zeros(scores.columns, patchCount);
  let loss = 0;
  labels.forEach((label, i) => {
    const of = row(scores, i);
    const largest = of.reduce((max, score) => Math.max(max, score));
    const weights = of.map((score) => exp(score - largest));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    loss += (ln(total) + largest - of[label]) / labels.length;
    weights.forEach((weight, j) => {
      const slope = (weight / total - (j === label ? 1 : 0)) / labels.length;
      for (const place of places) row(slopes, j)[place[i]] += slope;
    });
  });
  return { loss, slopes };
}
