import { type Descent, type DescentRule, gradientDescent, type Objective } from './gradient-descent.ts';
import { type Matrix, row, zeros } from './matrix.ts';
import type { BackendMatrix, MatrixBackend } from './matrix-backend.ts';
import { openPortableBackend } from './portable-backend.ts';
import { spanOf } from './span.ts';
import { dot } from './vector.ts';

/** A training on patches, with what of its weights can be looked at. */
export interface PatchTraining {
  readonly descent: Descent;
  /** W·Xᵀ of each record, R×N. */
  readonly projections: readonly Matrix[];
}

/**
 * Trains in coordinates of the span of patches and start (paper.md §2).
 * @param patches N×d.
 * @param start R×d.
 * @param objectiveOf The loss on the patches in coordinates, N×N.
 */
export async function trainOnPatches(
  backend: MatrixBackend,
  patches: Matrix,
  start: Matrix,
  objectiveOf: (X: BackendMatrix) => Objective,
  rule: DescentRule,
): Promise<PatchTraining> {
  const span = spanOf(openPortableBackend('float64'), patches, start);
  const objective = objectiveOf(backend.upload(span.patches));
  const descent = await gradientDescent(backend, span.start, objective, rule, async () => {});
  return { descent, projections: descent.records.map(({ weights }) => productsOf(weights, span.patches)) };
}

/** W·Xᵀ of weights in coordinates, of which the first N count: R×N. @param patches N×N. */
export function productsOf(weights: Matrix, patches: Matrix): Matrix {
  const products = zeros(weights.rows, patches.rows);
  for (let r = 0; r < weights.rows; r++) {
    const first = row(weights, r).subarray(0, patches.columns);
    for (let i = 0; i < patches.rows; i++) row(products, r)[i] = dot(first, row(patches, i));
  }
  return products;
}
