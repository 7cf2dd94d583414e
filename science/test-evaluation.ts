import { accuracy, classifierOutputs, labelledPatches, patchScores, secondLayer } from './classifier.ts';
import { denoisingTask, excessDenoisingLoss } from './diffusion.ts';
import type { ForwardStep } from './forward-step.ts';
import type { Matrix } from './matrix.ts';
import type { BackendMatrix, MatrixBackend, Scalar } from './matrix-backend.ts';
import { type DistinctPatches, distinctPatches, type TwoPatchSamples } from './two-patch-data.ts';

/**
 * The expected denoising loss a patch, without its constant (paper.md §2), of m neurons in coordinates.
 * @param basis The orthonormal basis of the coordinates, a vector a row.
 */
export function testDenoisingLoss(
  backend: MatrixBackend,
  m: number,
  forward: ForwardStep,
  basis: Matrix,
  { patches, multiplicities }: DistinctPatches,
): (weights: BackendMatrix) => number {
  const task = denoisingTask(backend, forward, multiplicities);
  const products = productsWith(backend, basis, patches);
  let loss: Scalar = () => Number.NaN;
  const run = backend.prepare([{ rows: m, columns: basis.rows }], (ops, [weights]) => {
    const a = ops.scale(forward.alpha, ops.matMul(weights, products));
    loss = excessDenoisingLoss(ops, task, a, ops.symmetricProduct(weights, weights));
    return [];
  });
  return (weights) => {
    run([weights]);
    return loss();
  };
}

/**
 * The share of test samples that the classifier of 2m neurons gets right, of weights in coordinates.
 * @param basis The orthonormal basis of the coordinates, a vector a row.
 */
export function testAccuracy(
  backend: MatrixBackend,
  m: number,
  basis: Matrix,
  test: TwoPatchSamples,
): (weights: BackendMatrix) => number {
  const layer = backend.upload(secondLayer(m));
  const data = labelledPatches(test);
  const products = productsWith(backend, basis, distinctPatches(test).patches);
  const run = backend.prepare([{ rows: 2 * m, columns: basis.rows }], (ops, [weights]) => {
    return [patchScores(ops, layer, ops.matMul(weights, products))];
  });
  return (weights) => {
    const [scores] = run([weights]);
    const { values } = backend.download(scores);
    backend.dispose(scores);
    return accuracy(classifierOutputs(data, values), data.labels);
  };
}

/** The inner products of a basis with patches, M×N; coordinates times these are projections. */
export function productsWith(backend: MatrixBackend, basis: Matrix, patches: Matrix): BackendMatrix {
  const { products } = backend.tidy(() => ({
    products: backend.matMul(backend.upload(basis), backend.transpose(backend.upload(patches))),
  }));
  return products;
}
