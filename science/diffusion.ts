import type { ForwardStep } from './forward-step.ts';
import type { Objective } from './gradient-descent.ts';
import type { EngineMatrix, MatrixEngine } from './matrix-engine.ts';
import { projectionsOn } from './span.ts';

/** What the network is to predict of x_t = αx + βε: clean·x + noise·ε. */
export interface DenoisingTarget {
  readonly clean: number;
  readonly noise: number;
}

/** The target of the diffusion model. */
const NOISE: DenoisingTarget = { clean: 0, noise: 1 };

/** The patches to denoise. */
export interface DenoisingTask {
  readonly forward: ForwardStep;
  readonly target: DenoisingTarget;
  /** c, how often each of the N distinct patches occurs; N×1. */
  readonly multiplicities: EngineMatrix;
  /** C = Σ c, the number of patches: 2n, since a sample has two. */
  readonly total: number;
}

/** The task of denoising patches that occur as often as `multiplicities` says. */
export function denoisingTask(
  engine: MatrixEngine,
  forward: ForwardStep,
  multiplicities: Float64Array,
  target: DenoisingTarget = NOISE,
): DenoisingTask {
  return {
    forward,
    target,
    multiplicities: engine.upload({ rows: multiplicities.length, columns: 1, values: multiplicities }),
    total: multiplicities.reduce((sum, count) => sum + count, 0),
  };
}

/**
 * The expected denoising loss in excess of its value at W = 0, which would hide all differences; for the noise as target
 * that is C·d/2n = d. Exact for the quadratic activation (paper.md §2): 2n·(L - d) = (1/m) ⟨q, S_AA + 4β² q∘S_aa + 2β⁴ C q∘q⟩
 * - (4β/√m) sᵀ(a·c). Of another target, the noise part of E⟨f, target⟩ is that times `noise`, and the clean part is
 * (clean/α√m) Σ_ri c_i (a_ri² + β² s_r) a_ri.
 * @param a α·W·Xᵀ, m×N: a neuron a row, the transpose of that in paper.md.
 * @param q W·Wᵀ, m×m.
 */
export function excessDenoisingLoss(
  engine: MatrixEngine,
  task: DenoisingTask,
  a: EngineMatrix,
  q: EngineMatrix,
): number {
  const { loss } = engine.tidy(() => ({ loss: excessLossOf(engine, task, q, momentsOf(engine, task, a, q)) }));
  return loss;
}

/**
 * The expected denoising loss of the weights in coordinates of their span (paper.md §2).
 * @param X The patches in these coordinates, N×N, lower triangular.
 */
export function denoisingObjective(engine: MatrixEngine, task: DenoisingTask, X: EngineMatrix): Objective {
  const scaledXT = engine.scale(task.forward.alpha, engine.transpose(X));
  return (W) =>
    engine.tidy(() => {
      const a = projectionsOn(engine, scaledXT, W);
      const q = engine.symmetricProduct(W, W);
      const { excessLoss, magnitude, ofPatches, ofWeights } = denoisingDerivatives(engine, task, a, q);
      const throughPatches = engine.matMulLower(ofPatches, X);
      const gradient = engine.addToFirstColumns(engine.matMul(ofWeights, W), 1, throughPatches);
      return { excessLoss, magnitude, gradient };
    });
}

/** The expected denoising loss and its gradient, ofPatches·X + ofWeights·W (paper.md §2). */
interface DenoisingDerivatives {
  readonly excessLoss: number;
  /** At least what the terms of the loss add up to in absolute value. */
  readonly magnitude: number;
  readonly ofPatches: EngineMatrix;
  readonly ofWeights: EngineMatrix;
}

/**
 * The loss and its derivatives.
 * @param a α·W·Xᵀ, m×N.
 * @param q W·Wᵀ, m×m.
 */
export function denoisingDerivatives(
  engine: MatrixEngine,
  task: DenoisingTask,
  a: EngineMatrix,
  q: EngineMatrix,
): DenoisingDerivatives {
  const moments = momentsOf(engine, task, a, q);
  const excessLoss = excessLossOf(engine, task, q, moments);
  // ∇L = (1/2n) [α daᵀ X + 2 P W].
  const quadratic = quadraticFactor(engine, task, moments, 2 / task.total);
  // L is ⟨q, S⟩ less the other terms, whose size is then that of L and ⟨q, S⟩ at most. Neurons that cancel each other make
  // the terms of ⟨q, S⟩ far larger than their sum, but for no more than ‖q‖‖S‖; and S is half of `quadratic` or smaller.
  const quadraticTerms = Math.sqrt(engine.dot(q, q) * engine.dot(quadratic, quadratic));
  return {
    excessLoss,
    magnitude: Math.abs(excessLoss) + quadraticTerms,
    ofPatches: projectionGradient(engine, task, q, moments, task.forward.alpha / task.total),
    ofWeights: engine.addDiagonal(quadratic, diagonalFactor(engine, task, q, moments, 2 / task.total)),
  };
}

/** What loss and gradient share. */
interface Moments {
  /** a and a∘a, m×N. */
  readonly a: EngineMatrix;
  readonly aa: EngineMatrix;
  /** s = diag q, m×1. */
  readonly s: EngineMatrix;
  /** A = a∘a + β² s·1ᵀ, m×N. */
  readonly A: EngineMatrix;
  /** A·c and a·c, m×1. */
  readonly Ac: EngineMatrix;
  readonly ac: EngineMatrix;
  /** S_AA = A·diag(c)·Aᵀ, m×m. */
  readonly SAA: EngineMatrix;
  /** q∘S_aa with S_aa = a·diag(c)·aᵀ, and q∘q, m×m. */
  readonly qSaa: EngineMatrix;
  readonly qq: EngineMatrix;
}

function momentsOf(engine: MatrixEngine, task: DenoisingTask, a: EngineMatrix, q: EngineMatrix): Moments {
  const { beta } = task.forward;
  const c = task.multiplicities;
  const s = engine.diagonal(q);
  const aa = engine.multiply(a, a);
  const A = engine.addColumn(aa, beta * beta, s);
  return {
    a,
    aa,
    s,
    A,
    Ac: engine.matMul(A, c),
    ac: engine.matMul(a, c),
    SAA: engine.symmetricProduct(engine.scaleColumns(A, c), A),
    qSaa: engine.multiply(q, engine.symmetricProduct(engine.scaleColumns(a, c), a)),
    qq: engine.multiply(q, q),
  };
}

function excessLossOf(engine: MatrixEngine, task: DenoisingTask, q: EngineMatrix, moments: Moments): number {
  const { beta } = task.forward;
  const { s, ac, SAA, qSaa, qq } = moments;
  const m = q.rows;
  const b2 = beta * beta;
  const quadratic = engine.dot(q, SAA) + 4 * b2 * engine.dot(q, qSaa) + 2 * b2 * b2 * task.total * engine.dot(q, qq);
  const total = quadratic / m - (sizeFactor(task) / Math.sqrt(m)) * engine.dot(s, ac);
  return (total - cubicPart(engine, task, moments)) / task.total;
}

/** What sᵀ(a·c)/√m has as its factor in 2E⟨f, target⟩: 4β for the noise as target. */
function sizeFactor({ forward: { alpha, beta }, target: { clean, noise } }: DenoisingTask): number {
  return 4 * beta * noise + (2 * beta * beta * clean) / alpha;
}

/** What Σ c_i a_ri³/√m has as its factor there: 0 for the noise as target. */
function cubeFactor({ forward: { alpha }, target: { clean } }: DenoisingTask): number {
  return (2 * clean) / alpha;
}

function cubicPart(engine: MatrixEngine, task: DenoisingTask, { aa, a }: Moments): number {
  const factor = cubeFactor(task);
  if (factor === 0) return 0;
  return (factor / Math.sqrt(aa.rows)) * engine.dot(engine.scaleColumns(aa, task.multiplicities), a);
}

// P = (1/m)(S_AA + 8β² q∘S_aa + 6β⁴ C q∘q) + diag((2β²/m) q·(A·c) - (4β/√m) a·c), for the noise as target.

/** `factor` times the first part of P, m×m. */
function quadraticFactor(
  engine: MatrixEngine,
  task: DenoisingTask,
  { SAA, qSaa, qq }: Moments,
  factor: number,
): EngineMatrix {
  const b2 = task.forward.beta * task.forward.beta;
  const each = factor / SAA.rows;
  return engine.combine(1, engine.combine(each, SAA, 8 * b2 * each, qSaa), 6 * b2 * b2 * task.total * each, qq);
}

/** `factor` times the diagonal that P has besides, m×1. */
function diagonalFactor(
  engine: MatrixEngine,
  task: DenoisingTask,
  q: EngineMatrix,
  { Ac, ac }: Moments,
  factor: number,
): EngineMatrix {
  const { beta } = task.forward;
  const linear = -sizeFactor(task) / Math.sqrt(q.rows);
  return engine.combine((2 * beta * beta * factor) / q.rows, engine.matMul(q, Ac), factor * linear, ac);
}

/** `factor`·daᵀ, daᵀ = [(4/m) a∘(q·A) + (8β²/m) (q∘q)·a - (4β/√m) s·1ᵀ]·diag(c), m×N, for the noise as target. */
function projectionGradient(
  engine: MatrixEngine,
  task: DenoisingTask,
  q: EngineMatrix,
  moments: Moments,
  factor: number,
): EngineMatrix {
  const { beta } = task.forward;
  const { s, a, aa, A, qq } = moments;
  const each = factor / q.rows;
  const root = factor / Math.sqrt(q.rows);
  const aqA = engine.multiply(a, engine.matMul(q, A));
  const products = engine.combine(4 * each, aqA, 8 * beta * beta * each, engine.matMul(qq, a));
  const cube = cubeFactor(task);
  const whole = cube === 0 ? products : engine.combine(1, products, -3 * cube * root, aa);
  const full = engine.addColumn(whole, -sizeFactor(task) * root, s);
  return engine.scaleColumns(full, task.multiplicities);
}
