import type { Matrix } from './matrix.ts';

/** A matrix of a backend. Only the backend that made it can use it. Vectors are matrices of one column. */
export interface BackendMatrix {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Dense linear algebra. Operations leave their operands as they are and return a new matrix, which lives until it is
 * disposed of or the `tidy` that it was made in ends.
 */
export interface MatrixBackend {
  /** The relative spacing of its numbers: 2⁻⁵² or 2⁻²³. */
  readonly epsilon: number;

  upload(matrix: Matrix): BackendMatrix;
  download(x: BackendMatrix): Matrix;
  /** Frees matrices. */
  dispose(...matrices: readonly BackendMatrix[]): void;
  /** Runs `work` and frees all matrices that it made, but not those in its result. */
  tidy<Result extends Readonly<Record<string, BackendMatrix | number>>>(work: () => Result): Result;

  /** X·Y. */
  matMul(x: BackendMatrix, y: BackendMatrix): BackendMatrix;
  /** X·L, where L is known to be lower triangular, so that a backend can skip its zeros. */
  matMulLower(x: BackendMatrix, lower: BackendMatrix): BackendMatrix;
  /** X·U, where U is known to be upper triangular. */
  matMulUpper(x: BackendMatrix, upper: BackendMatrix): BackendMatrix;
  /** X·Yᵀ where that is known to be symmetric, so that a backend need compute only half of it. */
  symmetricProduct(x: BackendMatrix, y: BackendMatrix): BackendMatrix;
  /** Xᵀ. */
  transpose(x: BackendMatrix): BackendMatrix;
  /** X∘Y, element by element. */
  multiply(x: BackendMatrix, y: BackendMatrix): BackendMatrix;
  /** p·X. */
  scale(p: number, x: BackendMatrix): BackendMatrix;
  /** p·X + q·Y. */
  combine(p: number, x: BackendMatrix, q: number, y: BackendMatrix): BackendMatrix;
  /** X·diag(v). */
  scaleColumns(x: BackendMatrix, v: BackendMatrix): BackendMatrix;
  /** X + p·v·1ᵀ. */
  addColumn(x: BackendMatrix, p: number, v: BackendMatrix): BackendMatrix;
  /** The diagonal of X, as a vector. */
  diagonal(x: BackendMatrix): BackendMatrix;
  /** X + diag(v). */
  addDiagonal(x: BackendMatrix, v: BackendMatrix): BackendMatrix;
  /** The first `count` columns of X. */
  firstColumns(x: BackendMatrix, count: number): BackendMatrix;
  /** X with p·Y added to its first columns: X + p·[Y, 0]. */
  addToFirstColumns(x: BackendMatrix, p: number, y: BackendMatrix): BackendMatrix;
  /** ⟨X, Y⟩, the sum of the elements of X∘Y. */
  dot(x: BackendMatrix, y: BackendMatrix): number;
}

/** The relative spacing of float32, 2⁻²³. */
export const FLOAT32_EPSILON = 1.1920928955078125e-7;

/** A backend can't be used on this machine; the message says why, and what to do. */
export class BackendUnavailableError extends Error {
  override readonly name = 'BackendUnavailableError';
}
