import { type DenoisingTask, denoisingDerivatives } from './diffusion.ts';
import { type DescentRule, gradientDescent, type Objective } from './gradient-descent.ts';
import { type Matrix, row, zeros } from './matrix.ts';
import type { MatrixBackend } from './matrix-backend.ts';
import { type PatchTraining, productsOf } from './patch-training.ts';
import { openPortableBackend } from './portable-backend.ts';
import { spanOf } from './span.ts';

/** Patches with the class that each belongs to. */
export interface ConditionedPatches {
  /** In coordinates of their span, N×M. */
  readonly patches: Matrix;
  /** The class of each, 0, 1, ... */
  readonly classOf: ArrayLike<number>;
  readonly classes: number;
}

/**
 * The exact denoising loss of f(x_t, y) = (1/√m) Σ_r (⟨w_r, x_t⟩ + v_{r,y})² w_r (paper.md §6). Its weights are those
 * in coordinates, and v behind them: m×(M + k). A patch of class y, longer by e_y/α, has α⟨w, x⟩ + v_y as its
 * projection, so the loss is that of paper.md §2 but for W·Wᵀ, which has no part in v.
 */
export function conditionalObjective(
  backend: MatrixBackend,
  task: DenoisingTask,
  { patches, classOf, classes }: ConditionedPatches,
): Objective {
  const { alpha } = task.forward;
  const M = patches.columns;
  const extended = zeros(patches.rows, M + classes);
  for (let i = 0; i < patches.rows; i++) {
    row(extended, i).set(row(patches, i));
    row(extended, i)[M + classOf[i]] = 1 / alpha;
  }
  const X = backend.upload(extended);
  const scaledXT = backend.scale(alpha, backend.transpose(X));
  const weightsOnly = backend.upload({
    rows: M + classes,
    columns: 1,
    values: new Float64Array(M + classes).fill(1, 0, M),
  });
  return {
    columns: undefined,
    evaluate(ops, weights) {
      const W = ops.scaleColumns(weights, weightsOnly);
      const a = ops.matMul(weights, scaledXT);
      const q = ops.symmetricProduct(W, W);
      const { excessLoss, magnitude, ofPatches, ofWeights } = denoisingDerivatives(ops, task, a, q);
      const gradient = ops.combine(1, ops.matMul(ofWeights, W), 1, ops.matMul(ofPatches, X));
      return { excessLoss, magnitude, gradient };
    },
  };
}

/** Weights in R^d, and a bias of each neuron for each class: m×d and m×k. */
export interface ConditionalWeights {
  readonly weights: Matrix;
  readonly biases: Matrix;
}

/**
 * Trains with biases.
 * @param patches N×d.
 * @param classOf The class of each patch.
 */
export async function trainWithBiases(
  backend: MatrixBackend,
  task: DenoisingTask,
  patches: Matrix,
  classOf: ArrayLike<number>,
  { weights, biases }: ConditionalWeights,
  rule: DescentRule,
): Promise<PatchTraining> {
  const span = spanOf(openPortableBackend('float64'), patches, weights);
  const dimensions = span.basis.rows;
  const objective = conditionalObjective(backend, task, {
    patches: widened(span.patches, dimensions),
    classOf,
    classes: biases.columns,
  });
  const descent = await gradientDescent(backend, beside(span.start, biases), objective, rule, async () => {});
  return { descent, projections: descent.records.map(({ weights }) => productsOf(weights, span.patches)) };
}

/** A matrix with columns of zeros behind its own. */
function widened(matrix: Matrix, columns: number): Matrix {
  return beside(matrix, zeros(matrix.rows, columns - matrix.columns));
}

/** Two matrices side by side. */
function beside(left: Matrix, right: Matrix): Matrix {
  const both = zeros(left.rows, left.columns + right.columns);
  for (let i = 0; i < both.rows; i++) {
    row(both, i).set(row(left, i));
    row(both, i).set(row(right, i), left.columns);
  }
  return both;
}
