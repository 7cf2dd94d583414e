import type { Matrix } from './matrix.ts';

/** The size of a matrix. */
export interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** A matrix of a backend. Only the backend that made it can use it. Vectors are matrices of one column. */
export type BackendMatrix = Size;

/** Reads a number that a computation gives, once it has run. */
export type Scalar = () => number;

/** A factor. A function is called for it whenever the computation runs. */
export type Coefficient = number | (() => number);

/** The elements of a matrix, row after row. */
export type Elements = Float32Array | Float64Array;

/** Dense linear algebra. Operations leave their operands as they are and return a new matrix. */
export interface Operations {
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
  scale(p: Coefficient, x: BackendMatrix): BackendMatrix;
  /** p·X + q·Y. */
  combine(p: Coefficient, x: BackendMatrix, q: Coefficient, y: BackendMatrix): BackendMatrix;
  /** X·diag(v). */
  scaleColumns(x: BackendMatrix, v: BackendMatrix): BackendMatrix;
  /** X + p·v·1ᵀ. */
  addColumn(x: BackendMatrix, p: Coefficient, v: BackendMatrix): BackendMatrix;
  /** 1 where an element is positive, and 0 elsewhere. */
  isPositive(x: BackendMatrix): BackendMatrix;
  /** The diagonal of X, as a vector. */
  diagonal(x: BackendMatrix): BackendMatrix;
  /** X + diag(v). */
  addDiagonal(x: BackendMatrix, v: BackendMatrix): BackendMatrix;
  /** The first `count` columns of X. */
  firstColumns(x: BackendMatrix, count: number): BackendMatrix;
  /** X with p·Y added to its first columns: X + p·[Y, 0]. */
  addToFirstColumns(x: BackendMatrix, p: Coefficient, y: BackendMatrix): BackendMatrix;
  /** ⟨X, Y⟩, the sum of the elements of X∘Y. */
  dot(x: BackendMatrix, y: BackendMatrix): Scalar;
  /**
   * A matrix that JavaScript computes of others, for what the operations above can't say.
   * @param fill Sets all elements of the result, given those of the inputs.
   */
  compute(
    size: Size,
    inputs: readonly BackendMatrix[],
    fill: (result: Elements, ...inputs: Elements[]) => void,
  ): BackendMatrix;
}

/** Operations that are carried out at once, on matrices that live until they are disposed of or their `tidy` ends. */
export interface MatrixBackend extends Operations {
  /** The relative spacing of its numbers: 2⁻⁵² or 2⁻²³. */
  readonly epsilon: number;

  /** A matrix of the backend with these elements, rounded to its precision. */
  upload(matrix: Matrix): BackendMatrix;
  /** The elements of a matrix, as float64. */
  download(x: BackendMatrix): Matrix;
  /** Frees all that it still holds; it is of no use afterwards. */
  close(): void;
  /** Frees matrices. */
  dispose(...matrices: readonly BackendMatrix[]): void;
  /** Runs `work` and frees all matrices that it made, but not those in its result. */
  tidy<Result extends Readonly<Record<string, BackendMatrix | number>>>(work: () => Result): Result;
  /**
   * Prepares a computation that is to run many times, on matrices of these sizes. The matrices that a run returns are
   * new. The scalars of a computation have the values of its last run. Whatever else it uses must live as long as it is
   * run.
   * @param computation What is to be done with operations and inputs. It is called once, or at every run.
   */
  prepare(
    sizes: readonly Size[],
    computation: (operations: Operations, inputs: readonly BackendMatrix[]) => readonly BackendMatrix[],
  ): (inputs: readonly BackendMatrix[]) => readonly BackendMatrix[];
}

/** The relative spacing of float32, 2⁻²³. */
export const FLOAT32_EPSILON = 1.1920928955078125e-7;

/** A backend can't be used on this machine; the message says why, and what to do. */
export class BackendUnavailableError extends Error {
  override readonly name = 'BackendUnavailableError';
}
