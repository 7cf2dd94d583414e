import { denoisingDerivatives, denoisingTask } from './diffusion.ts';
import { type DenoisingStep, denoisingSteps } from './generative-objectives.ts';
import type { BackendMatrix, MatrixBackend } from './matrix-backend.ts';
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
  return (ops, { W }) => {
    const projections = ops.matMul(W, XT);
    const q = ops.symmetricProduct(W, W);
    const parts = tasks.map(({ weight, task }) => {
      const a = ops.scale(task.forward.alpha, projections);
      const { excessLoss, ofPatches, ofWeights } = denoisingDerivatives(ops, task, a, q);
      return { weight, excessLoss, ofPatches: ops.scale(weight, ofPatches), ofWeights: ops.scale(weight, ofWeights) };
    });
    const total = (matrices: readonly BackendMatrix[]) => matrices.reduce((sum, part) => ops.combine(1, sum, 1, part));
    const throughPatches = ops.matMul(total(parts.map(({ ofPatches }) => ofPatches)), X);
    const throughWeights = ops.matMul(total(parts.map(({ ofWeights }) => ofWeights)), W);
    return {
      excessLoss: () => parts.reduce((sum, { weight, excessLoss }) => sum + weight * excessLoss(), 0),
      gradient: { W: ops.combine(1, throughPatches, 1, throughWeights) },
    };
  };
}

/**
 * The loss of a variational autoencoder on the network of paper.md §1: the code of a patch x is N(⟨w_r, x⟩², τ_r²), the
 * decoder N((1/√m) Σ_r code_r w_r, σ²I) and the prior N(0, I). It is 2σ² times the negative evidence bound, a patch; in
 * excess of its value at W = 0. The best τ_r² is 1/(1 + ‖w_r‖²/(mσ²)), and put in it leaves the loss of the autoencoder
 * plus σ² Σ_r [mean of ⟨w_r, x⟩⁴ + ln(1 + ‖w_r‖²/(mσ²))]. Exact.
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
  return (ops, { W }) => {
    const { excessLoss, gradient } = reconstruction(ops, { W });
    const b = ops.matMul(W, XT);
    const square = ops.multiply(b, b);
    const weighted = ops.scaleColumns(square, shares);
    const fourth = ops.dot(weighted, square);
    const q = ops.symmetricProduct(W, W);
    const m = W.rows;
    let spread = Number.NaN;
    const shrink = ops.compute({ rows: m, columns: 1 }, [ops.diagonal(q)], (result, sizes) => {
      spread = 0;
      sizes.forEach((size, r) => {
        spread += log1p(size / (m * sigma2));
        result[r] = 2 / (m + size / sigma2);
      });
    });
    const ofCodes = ops.scale(4 * sigma2, ops.matMul(ops.multiply(weighted, b), X));
    const ofSpread = ops.matMul(ops.addDiagonal(ops.scale(0, q), shrink), W);
    return {
      excessLoss: () => excessLoss() + sigma2 * (fourth() + spread),
      gradient: { W: ops.combine(1, gradient.W, 1, ops.combine(1, ofCodes, 1, ofSpread)) },
    };
  };
}
