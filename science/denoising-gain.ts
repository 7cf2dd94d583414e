import type { ForwardStep } from './forward-step.ts';
import { type Matrix, zeros } from './matrix.ts';
import type { MatrixBackend, Scalar } from './matrix-backend.ts';
import type { RandomStream } from './random.ts';
import { productsWith, testDenoisingLoss } from './test-evaluation.ts';
import type { DistinctPatches } from './two-patch-data.ts';

/** Weights of the diffusion model in coordinates of an orthonormal basis. */
export interface WeightsInSpan {
  /** m×M. */
  readonly coordinates: Matrix;
  /** M×d, a vector a row. */
  readonly basis: Matrix;
}

/**
 * The gain of denoising, ‖x_t/α − x‖² − ‖x̂ − x‖², that is (β/α)²(2⟨f, ε⟩ − ‖f‖²): how much nearer to the patch the
 * denoised one is than the noisy one, on average over patches and ε. It is −(β/α)² times the loss without its constant
 * (paper.md §4).
 */
export function expectedGain(
  backend: MatrixBackend,
  { coordinates, basis }: WeightsInSpan,
  forward: ForwardStep,
  patches: DistinctPatches,
): number {
  const loss = testDenoisingLoss(backend, coordinates.rows, forward, basis, patches);
  return -noiseOf(forward) * loss(backend.upload(coordinates));
}

/**
 * The gain for some draws of ε, each for all patches, on average over these. What of ε is outside of the basis has no
 * part in it.
 * @param patches Each counts once.
 */
export function drawnGains(
  backend: MatrixBackend,
  { coordinates, basis }: WeightsInSpan,
  forward: ForwardStep,
  patches: Matrix,
  draws: number,
  random: RandomStream,
): number[] {
  const m = coordinates.rows;
  const W = backend.upload(coordinates);
  const Q = backend.symmetricProduct(W, W);
  const a = backend.scale(forward.alpha, backend.matMul(W, productsWith(backend, basis, patches)));
  const none = backend.upload(zeros(m, patches.rows));
  let square: Scalar = () => Number.NaN;
  let product: Scalar = () => Number.NaN;
  // For all patches at once: u = a + βg with g = W·ε, ‖f‖² = (1/m) (u∘u)ᵀ Q (u∘u), ⟨f, ε⟩ = (1/√m) (u∘u)ᵀ g.
  const run = backend.prepare([{ rows: basis.rows, columns: 1 }], (ops, [noise]) => {
    const g = ops.matMul(W, noise);
    const u = ops.addColumn(a, forward.beta, g);
    const squares = ops.multiply(u, u);
    square = ops.dot(squares, ops.matMul(Q, squares));
    product = ops.dot(squares, ops.addColumn(none, 1, g));
    return [];
  });
  return Array.from({ length: draws }, () => {
    const values = Float64Array.from({ length: basis.rows }, () => random.gaussian());
    const noise = backend.upload({ rows: basis.rows, columns: 1, values });
    run([noise]);
    backend.dispose(noise);
    return (noiseOf(forward) * ((2 * product()) / Math.sqrt(m) - square() / m)) / patches.rows;
  });
}

/** (β/α)², the variance of x_t/α. */
function noiseOf({ alpha, beta }: ForwardStep): number {
  return (beta * beta) / (alpha * alpha);
}
