import { denoisingDerivatives, denoisingTask } from './diffusion.ts';
import { type DenoisingStep, denoisingSteps } from './generative-objectives.ts';
import { zeros } from './matrix.ts';
import type { MatrixEngine } from './matrix-engine.ts';
import type { Loss } from './space-descent.ts';
import { log1p } from './special-functions.ts';
import type { DistinctPatches } from './two-patch-data.ts';

/** The expected loss of a denoising objective, for the network of paper.md §1 with its weights W in R^d. Exact. */
export function expectedDenoisingLoss(
  engine: MatrixEngine,
  { patches, multiplicities }: DistinctPatches,
  steps: readonly DenoisingStep[],
): Loss {
  const X = engine.upload(patches);
  const XT = engine.transpose(X);
  const tasks = steps.map(({ forward, target, weight }) => ({
    weight,
    task: denoisingTask(engine, forward, multiplicities, target),
  }));
  return ({ W }) => {
    const projections = engine.matMul(W, XT);
    const q = engine.symmetricProduct(W, W);
    let excessLoss = 0;
    let ofPatches = engine.upload(zeros(projections.rows, projections.columns));
    let ofWeights = engine.upload(zeros(q.rows, q.rows));
    for (const { weight, task } of tasks) {
      const a = engine.scale(task.forward.alpha, projections);
      const derivatives = denoisingDerivatives(engine, task, a, q);
      excessLoss += weight * derivatives.excessLoss;
      ofPatches = engine.combine(1, ofPatches, weight, derivatives.ofPatches);
      ofWeights = engine.combine(1, ofWeights, weight, derivatives.ofWeights);
    }
    const gradient = engine.combine(1, engine.matMul(ofPatches, X), 1, engine.matMul(ofWeights, W));
    return { excessLoss, gradient: { W: gradient } };
  };
}

/**
 * The loss of a variational autoencoder on the network of paper.md §1: the code of a patch x is N(⟨w_r, x⟩², τ_r²), the
 * decoder N((1/√m) Σ_r code_r w_r, σ²I) and the prior N(0, I). It is 2σ² times the negative evidence bound, a patch; in
 * excess of its value at W = 0. The best τ_r² is 1/(1 + ‖w_r‖²/(mσ²)), and put in it leaves the loss of the autoencoder plus
 * σ² Σ_r [mean of ⟨w_r, x⟩⁴ + ln(1 + ‖w_r‖²/(mσ²))]. Exact.
 * @param sigma2 σ², the variance of the decoder.
 */
export function variationalLoss(engine: MatrixEngine, data: DistinctPatches, sigma2: number): Loss {
  const reconstruction = expectedDenoisingLoss(engine, data, denoisingSteps('autoencoder', []));
  const { multiplicities } = data;
  const total = multiplicities.reduce((sum, count) => sum + count, 0);
  const shares = engine.upload({
    rows: multiplicities.length,
    columns: 1,
    values: multiplicities.map((count) => count / total),
  });
  const X = engine.upload(data.patches);
  const XT = engine.transpose(X);
  return ({ W }) => {
    const { excessLoss, gradient } = reconstruction({ W });
    const b = engine.matMul(W, XT);
    const square = engine.multiply(b, b);
    const weighted = engine.scaleColumns(square, shares);
    const sizes = engine.download(engine.diagonal(engine.symmetricProduct(W, W)));
    const m = sizes.rows;
    const spread = sizes.values.reduce((sum, size) => sum + log1p(size / (m * sigma2)), 0);
    const shrink = sizes.values.map((size) => 2 / (m + size / sigma2));
    const ofCodes = engine.scale(4 * sigma2, engine.matMul(engine.multiply(weighted, b), X));
    const ofSpread = engine.matMul(
      engine.addDiagonal(engine.upload(zeros(m, m)), engine.upload({ ...sizes, values: shrink })),
      W,
    );
    return {
      excessLoss: excessLoss + sigma2 * (engine.dot(weighted, square) + spread),
      gradient: { W: engine.combine(1, gradient.W, 1, engine.combine(1, ofCodes, 1, ofSpread)) },
    };
  };
}
