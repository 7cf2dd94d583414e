import { denoisingDerivatives, denoisingTask } from './diffusion.ts';
import { type DenoisingStep, denoisingSteps } from './generative-objectives.ts';
import { zeros } from './matrix.ts';
import type { MatrixBackend } from './matrix-backend.ts';
import type { Loss } from './space-descent.ts';
import { log1p } from './special-functions.ts';
import type { DistinctPatches } from './two-patch-data.ts';

/** The expected loss of a denoising objective, for the network of paper.md §1 with its weights W in R^d. Exact. */
export function expectedDenoisingLoss(
  backend: MatrixBackend,
  { patches, multiplicities }: DistinctPatches,
  steps: readonly DenoisingStep[],
): Loss {
  const X = backend.upload(patches);
  const XT = backend.transpose(X);
  const tasks = steps.map(({ forward, target, weight }) => ({
    weight,
    task: denoisingTask(backend, forward, multiplicities, target),
  }));
  return ({ W }) => {
    const projections = backend.matMul(W, XT);
    const q = backend.symmetricProduct(W, W);
    let excessLoss = 0;
    let ofPatches = backend.upload(zeros(projections.rows, projections.columns));
    let ofWeights = backend.upload(zeros(q.rows, q.rows));
    for (const { weight, task } of tasks) {
      const a = backend.scale(task.forward.alpha, projections);
      const derivatives = denoisingDerivatives(backend, task, a, q);
      excessLoss += weight * derivatives.excessLoss;
      ofPatches = backend.combine(1, ofPatches, weight, derivatives.ofPatches);
      ofWeights = backend.combine(1, ofWeights, weight, derivatives.ofWeights);
    }
    const gradient = backend.combine(1, backend.matMul(ofPatches, X), 1, backend.matMul(ofWeights, W));
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
export function variationalLoss(backend: MatrixBackend, data: DistinctPatches, sigma2: number): Loss {
  const reconstruction = expectedDenoisingLoss(backend, data, denoisingSteps('autoencoder', []));
  const { multiplicities } = data;
  const total = multiplicities.reduce((sum, count) => sum + count, 0);
  const shares = backend.upload({
    rows: multiplicities.length,
    columns: 1,
    values: multiplicities.map((count) => count / total),
  });
  const X = backend.upload(data.patches);
  const XT = backend.transpose(X);
  return ({ W }) => {
    const { excessLoss, gradient } = reconstruction({ W });
    const b = backend.matMul(W, XT);
    const square = backend.multiply(b, b);
    const weighted = backend.scaleColumns(square, shares);
    const sizes = backend.download(backend.diagonal(backend.symmetricProduct(W, W)));
    const m = sizes.rows;
    const spread = sizes.values.reduce((sum, size) => sum + log1p(size / (m * sigma2)), 0);
    const shrink = sizes.values.map((size) => 2 / (m + size / sigma2));
    const ofCodes = backend.scale(4 * sigma2, backend.matMul(backend.multiply(weighted, b), X));
    const ofSpread = backend.matMul(
      backend.addDiagonal(backend.upload(zeros(m, m)), backend.upload({ ...sizes, values: shrink })),
      W,
    );
    return {
      excessLoss: excessLoss + sigma2 * (backend.dot(weighted, square) + spread),
      gradient: { W: backend.combine(1, gradient.W, 1, backend.combine(1, ofCodes, 1, ofSpread)) },
    };
  };
}
