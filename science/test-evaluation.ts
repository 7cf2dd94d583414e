import { accuracy, classifierOutputs, labelledPatches, secondLayer } from './classifier.ts';
import { denoisingTask, excessDenoisingLoss } from './diffusion.ts';
import type { ForwardStep } from './forward-step.ts';
import type { Matrix } from './matrix.ts';
import type { EngineMatrix, MatrixEngine } from './matrix-engine.ts';
import { distinctPatches, type TwoPatchSamples } from './two-patch-data.ts';

/**
 * The expected denoising loss on the patches of test samples, without its constant (paper.md §2), of weights in coordinates.
 * @param basis The orthonormal basis of the coordinates, a vector a row.
 */
export function testDenoisingLoss(
  engine: MatrixEngine,
  forward: ForwardStep,
  basis: Matrix,
  test: TwoPatchSamples,
): (weights: EngineMatrix) => number {
  const { patches, multiplicities } = distinctPatches(test);
  const task = denoisingTask(engine, forward, multiplicities);
  const products = productsWith(engine, basis, patches);
  return (weights) => {
    const { loss } = engine.tidy(() => {
      const a = engine.scale(forward.alpha, engine.matMul(weights, products));
      return { loss: excessDenoisingLoss(engine, task, a, engine.symmetricProduct(weights, weights)) };
    });
    return loss;
  };
}

/**
 * The share of test samples that the classifier of 2m neurons gets right, of weights in coordinates.
 * @param basis The orthonormal basis of the coordinates, a vector a row.
 */
export function testAccuracy(
  engine: MatrixEngine,
  m: number,
  basis: Matrix,
  test: TwoPatchSamples,
): (weights: EngineMatrix) => number {
  const layer = engine.upload(secondLayer(m));
  const data = labelledPatches(test);
  const products = productsWith(engine, basis, distinctPatches(test).patches);
  return (weights) => {
    const { share } = engine.tidy(() => {
      const outputs = classifierOutputs(engine, layer, data, engine.matMul(weights, products));
      return { share: accuracy(outputs, data.labels) };
    });
    return share;
  };
}

/** The inner products of a basis with patches, M×N; coordinates times these are projections. */
export function productsWith(engine: MatrixEngine, basis: Matrix, patches: Matrix): EngineMatrix {
  const { products } = engine.tidy(() => ({
    products: engine.matMul(engine.upload(basis), engine.transpose(engine.upload(patches))),
  }));
  return products;
}
