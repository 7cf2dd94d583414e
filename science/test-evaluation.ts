import { accuracy, classifierOutputs, labelledPatches, secondLayer } from './classifier.ts';
import { denoisingTask, excessDenoisingLoss } from './diffusion.ts';
import type { ForwardStep } from './forward-step.ts';
import type { Matrix } from './matrix.ts';
import type { EngineMatrix, MatrixEngine } from './matrix-engine.ts';
import type { SpanPoint } from './span.ts';
import { distinctPatches, type TwoPatchSamples } from './two-patch-data.ts';

/**
 * The expected denoising loss on the patches of test samples, without its constant (paper.md §2), at points of the span.
 * @param basis G, a vector a row.
 */
export function testDenoisingLoss(
  engine: MatrixEngine,
  forward: ForwardStep,
  basis: Matrix,
  test: TwoPatchSamples,
): (point: SpanPoint) => number {
  const { patches, multiplicities } = distinctPatches(test);
  const task = denoisingTask(engine, forward, multiplicities);
  const scaledProducts = productsWith(engine, basis, patches, forward.alpha);
  return ({ coefficients, products }) => {
    const { loss } = engine.tidy(() => {
      const a = engine.matMul(coefficients, scaledProducts);
      return { loss: excessDenoisingLoss(engine, task, a, engine.symmetricProduct(products, coefficients)) };
    });
    return loss;
  };
}

/**
 * The share of test samples that the classifier of 2m neurons gets right, at points of the span.
 * @param basis G, a vector a row.
 */
export function testAccuracy(
  engine: MatrixEngine,
  m: number,
  basis: Matrix,
  test: TwoPatchSamples,
): (point: SpanPoint) => number {
  const layer = engine.upload(secondLayer(m));
  const data = labelledPatches(test);
  const products = productsWith(engine, basis, distinctPatches(test).patches, 1);
  return ({ coefficients }) => {
    const { share } = engine.tidy(() => {
      const outputs = classifierOutputs(engine, layer, data, engine.matMul(coefficients, products));
      return { share: accuracy(outputs, data.labels) };
    });
    return share;
  };
}

/** `factor`·G·Xᵀ: what the projections of patches X are, by the coefficients of the weights. */
export function productsWith(engine: MatrixEngine, basis: Matrix, patches: Matrix, factor: number): EngineMatrix {
  const { products } = engine.tidy(() => {
    const transposed = engine.transpose(engine.upload(patches));
    return { products: engine.scale(factor, engine.matMul(engine.upload(basis), transposed)) };
  });
  return products;
}
