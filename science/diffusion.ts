import type { ForwardStep } from './forward-step.ts';
import type { Objective } from './gradient-descent.ts';
import type { EngineMatrix, MatrixEngine } from './matrix-engine.ts';

/** The patches to denoise. */
export interface DenoisingTask {
  readonly forward: ForwardStep;
  /** c, how often each of the N distinct patches occurs; N×1. */
  readonly multiplicities: EngineMatrix;
  /** C = Σ c, the number of patches: 2n, since a sample has two. */
  readonly total: number;
}

/** The task of denoising patches that occur as often as `multiplicities` says. */
export function denoisingTask(engine: MatrixEngine, forward: ForwardStep, multiplicities: Float64Array): DenoisingTask {
  return {
    forward,
    multiplicities: engine.upload({ rows: multiplicities.length, columns: 1, values: multiplicities }),
    total: multiplicities.reduce((sum, count) => sum + count, 0),
  };
}

/**
 * The expected denoising loss in excess of C·d/2n = d, its value at W = 0, which would hide all differences. Exact for the
 * quadratic activation (paper.md §2): 2n·(L - d) = (1/m) ⟨q, S_AA + 4β² q∘S_aa + 2β⁴ C q∘q⟩ - (4β/√m) sᵀ(a·c).
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
 * The expected denoising loss as a function on the span of m start vectors and N patches (paper.md §2).
 * @param K The Gram matrix of the basis, (m+N)×(m+N).
 */
export function denoisingObjective(engine: MatrixEngine, task: DenoisingTask, K: EngineMatrix): Objective {
  const { alpha } = task.forward;
  const neurons = K.rows - task.multiplicities.rows;
  return ({ coefficients: B, products: BK }) =>
    engine.tidy(() => {
      const a = engine.scale(alpha, engine.columnsFrom(BK, neurons));
      const q = engine.symmetricProduct(BK, B);
      const moments = momentsOf(engine, task, a, q);
      // ∇L = (1/2n) [α daᵀ X + 2 P W], with the coefficients [0, α daᵀ] + 2 P B.
      const weight = 1 / task.total;
      const PB = engine.matMul(engine.scale(2 * weight, weightFactor(engine, task, q, moments)), B);
      const da = engine.scale(alpha * weight, projectionGradient(engine, task, a, q, moments));
      const gradient = engine.addToColumnsFrom(PB, neurons, da);
      const gradientProducts = engine.matMul(gradient, K);
      return { excessLoss: excessLossOf(engine, task, q, moments), gradient, gradientProducts };
    });
}

/** What loss and gradient share. */
interface Moments {
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
  const A = engine.addColumn(engine.multiply(a, a), engine.scale(beta * beta, s));
  return {
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
  const total = quadratic / m - ((4 * beta) / Math.sqrt(m)) * engine.dot(s, ac);
  return total / task.total;
}

/** P = (1/m)(S_AA + 8β² q∘S_aa + 6β⁴ C q∘q) + diag((2β²/m) q·(A·c) - (4β/√m) a·c), m×m. */
function weightFactor(engine: MatrixEngine, task: DenoisingTask, q: EngineMatrix, moments: Moments): EngineMatrix {
  const { beta } = task.forward;
  const { Ac, ac, SAA, qSaa, qq } = moments;
  const m = q.rows;
  const b2 = beta * beta;
  const quadratic = engine.combine(1 / m, SAA, (8 * b2) / m, qSaa);
  const full = engine.combine(1, quadratic, (6 * b2 * b2 * task.total) / m, qq);
  return engine.addDiagonal(full, engine.combine((2 * b2) / m, engine.matMul(q, Ac), (-4 * beta) / Math.sqrt(m), ac));
}

/** daᵀ = [(4/m) a∘(q·A) + (8β²/m) (q∘q)·a - (4β/√m) s·1ᵀ]·diag(c), m×N. */
function projectionGradient(
  engine: MatrixEngine,
  task: DenoisingTask,
  a: EngineMatrix,
  q: EngineMatrix,
  moments: Moments,
): EngineMatrix {
  const { beta } = task.forward;
  const { s, A, qq } = moments;
  const m = q.rows;
  const aqA = engine.multiply(a, engine.matMul(q, A));
  const products = engine.combine(4 / m, aqA, (8 * beta * beta) / m, engine.matMul(qq, a));
  const full = engine.addColumn(products, engine.scale((-4 * beta) / Math.sqrt(m), s));
  return engine.scaleColumns(full, task.multiplicities);
}
