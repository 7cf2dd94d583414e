import { accuracy, classifierOutputs, labelledPatches, patchScores, secondLayer } from './classifier.ts';
import { denoisingTask, excessDenoisingLoss } from './diffusion.ts';
import type { ForwardStep } from './forward-step.ts';
import type { Matrix } from './matrix.ts';
import type { BackendMatrix, MatrixBackend } from './matrix-backend.ts';
import { distinctPatches, type TwoPatchSamples } from './two-patch-data.ts';

/**
 * The expected denoising loss on the patches of test samples, without its constant (paper.md §2), of weights in coordinates.
 * @param basis The orthonormal basis of the coordinates, a vector a row.
 */
export function testDenoisingLoss(
  backend: MatrixBackend,
  forward: ForwardStep,
  basis: Matrix,
  test: TwoPatchSamples,
): (weights: BackendMatrix) => number {
  const { patches, multiplicities } = distinctPatches(test);
  const task = denoisingTask(backend, forward, multiplicities);
  const products = productsWith(backend, basis, patches);
  return (weights) => {
    const { loss } = backend.tidy(() => {
      const a = backend.scale(forward.alpha, backend.matMul(weights, products));
      return { loss: excessDenoisingLoss(backend, task, a, backend.symmetricProduct(weights, weights))() };
    });
    return loss;
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
  return (weights) => {
    const { share } = backend.tidy(() => {
      const scores = patchScores(backend, layer, backend.matMul(weights, products));
      return { share: accuracy(classifierOutputs(data, backend.download(scores).values), data.labels) };
    });
    return share;
  };
}

/** The inner products of a basis with patches, M×N; coordinates times these are projections. */
export function productsWith(backend: MatrixBackend, basis: Matrix, patches: Matrix): BackendMatrix {
  const { products } = backend.tidy(() => ({
    products: backend.matMul(backend.upload(basis), backend.transpose(backend.upload(patches))),
  }));
  return products;
}
