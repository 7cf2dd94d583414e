import type { ForwardStep } from './forward-step.ts';
import type { Objective } from './gradient-descent.ts';
import type { BackendMatrix, MatrixBackend, Operations, Scalar } from './matrix-backend.ts';
import { projectionsOn } from './span.ts';

/** What the network is to predict of x_t = αx + βε: clean·x + noise·ε. */
export interface DenoisingTarget {
  readonly clean: number;
  readonly noise: number;
}

/** The target of the diffusion model. */
export const NOISE: DenoisingTarget = { clean: 0, noise: 1 };

/** The patches to denoise. */
export interface DenoisingTask {
  readonly forward: ForwardStep;
  readonly target: DenoisingTarget;
  /** c, how often each of the N distinct patches occurs; N×1. */
  readonly multiplicities: BackendMatrix;
  /** C = Σ c, the number of patches: 2n, since a sample has two. */
  readonly total: number;
}

/** The task of denoising patches that occur as often as `multiplicities` says. */
export function denoisingTask(
  backend: MatrixBackend,
  forward: ForwardStep,
  multiplicities: Float64Array,
  target: DenoisingTarget = NOISE,
): DenoisingTask {
  return {
    forward,
    target,
    multiplicities: backend.upload({ rows: multiplicities.length, columns: 1, values: multiplicities }),
    total: multiplicities.reduce((sum, count) => sum + count, 0),
  };
}

/**
 * The expected denoising loss in excess of its value at W = 0, which would hide all differences; for the noise as
 * target that is C·d/2n = d. Exact for the quadratic activation (paper.md §2): 2n·(L - d) = (1/m) ⟨q, S_AA + 4β² q∘S_aa
 * + 2β⁴ C q∘q⟩ - (4β/√m) sᵀ(a·c). Of another target, the noise part of E⟨f, target⟩ is that times `noise`, and the
 * clean part is (clean/α√m) Σ_ri c_i (a_ri² + β² s_r) a_ri.
 * @param a α·W·Xᵀ, m×N: a neuron a row, the transpose of that in paper.md.
 * @param q W·Wᵀ, m×m.
 */
export function excessDenoisingLoss(ops: Operations, task: DenoisingTask, a: BackendMatrix, q: BackendMatrix): Scalar {
  return excessLossOf(ops, task, q, momentsOf(ops, task, a, q));
}

/**
 * The expected denoising loss of the weights in coordinates of their span (paper.md §2).
 * @param X The patches in these coordinates, N×N, lower triangular.
 */
export function denoisingObjective(backend: MatrixBackend, task: DenoisingTask, X: BackendMatrix): Objective {
  const scaledXT = backend.scale(task.forward.alpha, backend.transpose(X));
  return {
    columns: undefined,
    evaluate(ops, W) {
      const a = projectionsOn(ops, scaledXT, W);
      const q = ops.symmetricProduct(W, W);
      const { excessLoss, magnitude, ofPatches, ofWeights } = denoisingDerivatives(ops, task, a, q);
      const throughPatches = ops.matMulLower(ofPatches, X);
      const gradient = ops.addToFirstColumns(ops.matMul(ofWeights, W), 1, throughPatches);
      return { excessLoss, magnitude, gradient };
    },
  };
}

/** The expected denoising loss and its gradient, ofPatches·X + ofWeights·W (paper.md §2). */
interface DenoisingDerivatives {
  readonly excessLoss: Scalar;
  /** At least what the terms of the loss add up to in absolute value. */
  readonly magnitude: Scalar;
  readonly ofPatches: BackendMatrix;
  readonly ofWeights: BackendMatrix;
}

/**
 * The loss and its derivatives.
 * @param a α·W·Xᵀ, m×N.
 * @param q W·Wᵀ, m×m.
 */
export function denoisingDerivatives(
  ops: Operations,
  task: DenoisingTask,
  a: BackendMatrix,
  q: BackendMatrix,
): DenoisingDerivatives {
  const moments = momentsOf(ops, task, a, q);
  const excessLoss = excessLossOf(ops, task, q, moments);
  // ∇L = (1/2n) [α daᵀ X + 2 P W].
  const quadratic = quadraticFactor(ops, task, moments, 2 / task.total);
  // L is ⟨q, S⟩ less the other terms, whose size is then that of L and ⟨q, S⟩ at most. Neurons that cancel each other
  // make the terms of ⟨q, S⟩ far larger than their sum, but for no more than ‖q‖‖S‖; and S is half of `quadratic` or
  // smaller.
  const [sizeOfQ, sizeOfQuadratic] = [ops.dot(q, q), ops.dot(quadratic, quadratic)];
  return {
    excessLoss,
    magnitude: () => Math.abs(excessLoss()) + Math.sqrt(sizeOfQ() * sizeOfQuadratic()),
    ofPatches: projectionGradient(ops, task, q, moments, task.forward.alpha / task.total),
    ofWeights: ops.addDiagonal(quadratic, diagonalFactor(ops, task, q, moments, 2 / task.total)),
  };
}

/** What loss and gradient share. */
interface Moments {
  /** a and a∘a, m×N. */
  readonly a: BackendMatrix;
  readonly aa: BackendMatrix;
  /** s = diag q, m×1. */
  readonly s: BackendMatrix;
  /** A = a∘a + β² s·1ᵀ, m×N. */
  readonly A: BackendMatrix;
  /** A·c and a·c, m×1. */
  readonly Ac: BackendMatrix;
  readonly ac: BackendMatrix;
  /** S_AA = A·diag(c)·Aᵀ, m×m. */
  readonly SAA: BackendMatrix;
  /** q∘S_aa with S_aa = a·diag(c)·aᵀ, and q∘q, m×m. */
  readonly qSaa: BackendMatrix;
  readonly qq: BackendMatrix;
}

function momentsOf(ops: Operations, task: DenoisingTask, a: BackendMatrix, q: BackendMatrix): Moments {
  const { beta } = task.forward;
  const c = task.multiplicities;
  const s = ops.diagonal(q);
  const aa = ops.multiply(a, a);
  const A = ops.addColumn(aa, beta * beta, s);
  return {
    a,
    aa,
    s,
    A,
    Ac: ops.matMul(A, c),
    ac: ops.matMul(a, c),
    SAA: ops.symmetricProduct(ops.scaleColumns(A, c), A),
    qSaa: ops.multiply(q, ops.symmetricProduct(ops.scaleColumns(a, c), a)),
    qq: ops.multiply(q, q),
  };
}

function excessLossOf(ops: Operations, task: DenoisingTask, q: BackendMatrix, moments: Moments): Scalar {
  const { beta } = task.forward;
  const { s, ac, SAA, qSaa, qq } = moments;
  const m = q.rows;
  const b2 = beta * beta;
  const [ofSAA, ofSaa, ofqq, ofs] = [ops.dot(q, SAA), ops.dot(q, qSaa), ops.dot(q, qq), ops.dot(s, ac)];
  const cubic = cubicPart(ops, task, moments);
  return () => {
    const quadratic = ofSAA() + 4 * b2 * ofSaa() + 2 * b2 * b2 * task.total * ofqq();
    const total = quadratic / m - (sizeFactor(task) / Math.sqrt(m)) * ofs();
    return (total - cubic()) / task.total;
  };
}

/** What sᵀ(a·c)/√m has as its factor in 2E⟨f, target⟩: 4β for the noise as target. */
function sizeFactor({ forward: { alpha, beta }, target: { clean, noise } }: DenoisingTask): number {
  return 4 * beta * noise + (2 * beta * beta * clean) / alpha;
}

/** What Σ c_i a_ri³/√m has as its factor there: 0 for the noise as target. */
function cubeFactor({ forward: { alpha }, target: { clean } }: DenoisingTask): number {
  return (2 * clean) / alpha;
}

function cubicPart(ops: Operations, task: DenoisingTask, { aa, a }: Moments): Scalar {
  const factor = cubeFactor(task);
  if (factor === 0) return () => 0;
  const cubes = ops.dot(ops.scaleColumns(aa, task.multiplicities), a);
  return () => (factor / Math.sqrt(aa.rows)) * cubes();
}

// P = (1/m)(S_AA + 8β² q∘S_aa + 6β⁴ C q∘q) + diag((2β²/m) q·(A·c) - (4β/√m) a·c), for the noise as target.

/** `factor` times the first part of P, m×m. */
function quadraticFactor(
  ops: Operations,
  task: DenoisingTask,
  { SAA, qSaa, qq }: Moments,
  factor: number,
): BackendMatrix {
  const b2 = task.forward.beta * task.forward.beta;
  const each = factor / SAA.rows;
  return ops.combine(1, ops.combine(each, SAA, 8 * b2 * each, qSaa), 6 * b2 * b2 * task.total * each, qq);
}

/** `factor` times the diagonal that P has besides, m×1. */
function diagonalFactor(
  ops: Operations,
  task: DenoisingTask,
  q: BackendMatrix,
  { Ac, ac }: Moments,
  factor: number,
): BackendMatrix {
  const { beta } = task.forward;
  const linear = -sizeFactor(task) / Math.sqrt(q.rows);
  return ops.combine((2 * beta * beta * factor) / q.rows, ops.matMul(q, Ac), factor * linear, ac);
}

/** `factor`·daᵀ, daᵀ = [(4/m) a∘(q·A) + (8β²/m) (q∘q)·a - (4β/√m) s·1ᵀ]·diag(c), m×N, for the noise as target. */
function projectionGradient(
  ops: Operations,
  task: DenoisingTask,
  q: BackendMatrix,
  moments: Moments,
  factor: number,
): BackendMatrix {
  const { beta } = task.forward;
  const { s, a, aa, A, qq } = moments;
  const each = factor / q.rows;
  const root = factor / Math.sqrt(q.rows);
  const aqA = ops.multiply(a, ops.matMul(q, A));
  const products = ops.combine(4 * each, aqA, 8 * beta * beta * each, ops.matMul(qq, a));
  const cube = cubeFactor(task);
  const whole = cube === 0 ? products : ops.combine(1, products, -3 * cube * root, aa);
  const full = ops.addColumn(whole, -sizeFactor(task) * root, s);
  return ops.scaleColumns(full, task.multiplicities);
}
