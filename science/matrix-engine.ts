import type { Matrix } from './matrix.ts';

/** A matrix of an engine. Only the engine that made it can use it. Vectors are matrices of one column. */
export interface EngineMatrix {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Dense linear algebra. Operations leave their operands as they are and return a new matrix, which lives until it is
 * disposed of or the `tidy` that it was made in ends.
 */
export interface MatrixEngine {
  /** The relative spacing of its numbers: 2⁻⁵² or 2⁻²³. */
  readonly epsilon: number;

  upload(matrix: Matrix): EngineMatrix;
  download(x: EngineMatrix): Matrix;
  /** Frees matrices. */
  dispose(...matrices: readonly EngineMatrix[]): void;
  /** Runs `work` and frees all matrices that it made, but not those in its result. */
  tidy<Result extends Readonly<Record<string, EngineMatrix | number>>>(work: () => Result): Result;

  /** X·Y. */
  matMul(x: EngineMatrix, y: EngineMatrix): EngineMatrix;
  /** X·L, where L is known to be lower triangular, so that an engine can skip its zeros. */
  matMulLower(x: EngineMatrix, lower: EngineMatrix): EngineMatrix;
  /** X·U, where U is known to be upper triangular. */
  matMulUpper(x: EngineMatrix, upper: EngineMatrix): EngineMatrix;
  /** X·Yᵀ where that is known to be symmetric, so that an engine need compute only half of it. */
  symmetricProduct(x: EngineMatrix, y: EngineMatrix): EngineMatrix;
  /** Xᵀ. */
  transpose(x: EngineMatrix): EngineMatrix;
  /** X∘Y, element by element. */
  multiply(x: EngineMatrix, y: EngineMatrix): EngineMatrix;
  /** p·X. */
  scale(p: number, x: EngineMatrix): EngineMatrix;
  /** p·X + q·Y. */
  combine(p: number, x: EngineMatrix, q: number, y: EngineMatrix): EngineMatrix;
  /** X·diag(v). */
  scaleColumns(x: EngineMatrix, v: EngineMatrix): EngineMatrix;
  /** X + p·v·1ᵀ. */
  addColumn(x: EngineMatrix, p: number, v: EngineMatrix): EngineMatrix;
  /** The diagonal of X, as a vector. */
  diagonal(x: EngineMatrix): EngineMatrix;
  /** X + diag(v). */
  addDiagonal(x: EngineMatrix, v: EngineMatrix): EngineMatrix;
  /** The first `count` columns of X. */
  firstColumns(x: EngineMatrix, count: number): EngineMatrix;
  /** X with p·Y added to its first columns: X + p·[Y, 0]. */
  addToFirstColumns(x: EngineMatrix, p: number, y: EngineMatrix): EngineMatrix;
  /** ⟨X, Y⟩, the sum of the elements of X∘Y. */
  dot(x: EngineMatrix, y: EngineMatrix): number;
}

/** The relative spacing of float32, 2⁻²³. */
export const FLOAT32_EPSILON = 1.1920928955078125e-7;

/** An engine can't be used on this machine; the message says why, and what to do. */
export class EngineUnavailableError extends Error {
  override readonly name = 'EngineUnavailableError';
}
