import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Matrix } from './matrix.ts';
import {
  type BackendMatrix,
  BackendUnavailableError,
  type Coefficient,
  type Elements,
  FLOAT32_EPSILON,
  type MatrixBackend,
  type Operations,
  type Scalar,
  type Size,
} from './matrix-backend.ts';

type Tfjs = typeof import('@tensorflow/tfjs-core');

class TensorMatrix implements BackendMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly tensor: Tensor2D;

  constructor(tensor: Tensor2D) {
    [this.rows, this.columns] = tensor.shape;
    this.tensor = tensor;
  }
}

/**
 * Opens the backend `tfjs`: float32 on @tensorflow/tfjs-backend-wasm.
 * @throws {BackendUnavailableError} if TensorFlow.js can't run on WebAssembly.
 */
export async function openTfjsBackend(): Promise<MatrixBackend> {
  await import('@tensorflow/tfjs-backend-wasm');
  const tfjs = await import('@tensorflow/tfjs-core');
  // Without this check, tfjs would go on with its slow JavaScript.
  if (!(await tfjs.setBackend('wasm'))) {
    throw new BackendUnavailableError(
      'The backend tfjs does not start: @tensorflow/tfjs-backend-wasm found no WebAssembly that it can use. ' +
        'Choose --backend portable.',
    );
  }
  return new TfjsBackend(tfjs);
}

/**
 * Opens the backend `native`: float32 on @tensorflow/tfjs-node, probed with one small product.
 * @throws {BackendUnavailableError} if the package, its native library or the version of Node does not fit.
 */
export async function openNativeBackend(): Promise<MatrixBackend> {
  try {
    await import('@tensorflow/tfjs-node');
    const tfjs = await import('@tensorflow/tfjs-core');
    if (!(await tfjs.setBackend('tensorflow'))) throw new Error('TensorFlow.js can not switch to it');
    const backend = new TfjsBackend(tfjs);
    requireWorking(backend);
    return backend;
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new BackendUnavailableError(
      `The backend native does not work here: ${reason.replace(/[.\s]+$/, '')}. ` +
        'It needs the optional package @tensorflow/tfjs-node 4.22 with its native library. ' +
        'Run `npm rebuild @tensorflow/tfjs-node` where that library can be downloaded, or choose --backend portable.',
    );
  }
}

function requireWorking(backend: MatrixBackend): void {
  const { product } = backend.tidy(() => {
    const two = backend.upload({ rows: 1, columns: 1, values: Float64Array.of(2) });
    return { product: backend.dot(backend.matMul(two, two), two)() };
  });
  if (product !== 8) throw new Error(`its library computes 2·2·2 = ${product}`);
}

class TfjsBackend implements MatrixBackend {
  readonly epsilon = FLOAT32_EPSILON;
  readonly #tfjs: Tfjs;

  constructor(tfjs: Tfjs) {
    this.#tfjs = tfjs;
    tfjs.engine().startScope();
  }

  close(): void {
    this.#tfjs.engine().endScope();
  }

  upload({ rows, columns, values }: Matrix): BackendMatrix {
    return new TensorMatrix(this.#tfjs.tensor2d(Float32Array.from(values), [rows, columns]));
  }

  download(x: BackendMatrix): Matrix {
    return { rows: x.rows, columns: x.columns, values: Float64Array.from(tensorOf(x).dataSync()) };
  }

  dispose(...matrices: readonly BackendMatrix[]): void {
    for (const matrix of matrices) tensorOf(matrix).dispose();
  }

  tidy<Result extends Readonly<Record<string, BackendMatrix | number>>>(work: () => Result): Result {
    return this.#scoped(work, (result) => Object.values(result).filter((value) => typeof value !== 'number'));
  }

  prepare(
    _: readonly Size[],
    computation: (operations: Operations, inputs: readonly BackendMatrix[]) => readonly BackendMatrix[],
  ): (inputs: readonly BackendMatrix[]) => readonly BackendMatrix[] {
    // A computation may return one matrix twice, or an input.
    const run = (inputs: readonly BackendMatrix[]) =>
      computation(this, inputs).map((x) => new TensorMatrix(this.#tfjs.clone(tensorOf(x))));
    return (inputs) =>
      this.#scoped(
        () => run(inputs),
        (results) => results,
      );
  }

  #scoped<Result>(work: () => Result, matricesOf: (result: Result) => readonly BackendMatrix[]): Result {
    const tensors = this.#tfjs.engine();
    tensors.startScope();
    let kept: Tensor2D[] = [];
    try {
      const result = work();
      kept = matricesOf(result).map(tensorOf);
      return result;
    } finally {
      tensors.endScope(kept);
    }
  }

  matMul(x: BackendMatrix, y: BackendMatrix): BackendMatrix {
    return new TensorMatrix(this.#tfjs.matMul(tensorOf(x), tensorOf(y)));
  }

  matMulLower(x: BackendMatrix, lower: BackendMatrix): BackendMatrix {
    return this.matMul(x, lower);
  }

  matMulUpper(x: BackendMatrix, upper: BackendMatrix): BackendMatrix {
    return this.matMul(x, upper);
  }

  symmetricProduct(x: BackendMatrix, y: BackendMatrix): BackendMatrix {
    const { matMul, tidy, transpose } = this.#tfjs;
    // In WebAssembly, matMul with transposeB is a tenth as fast.
    return new TensorMatrix(tidy(() => matMul(tensorOf(x), transpose(tensorOf(y)))));
  }

  transpose(x: BackendMatrix): BackendMatrix {
    return new TensorMatrix(this.#tfjs.transpose(tensorOf(x)));
  }

  multiply(x: BackendMatrix, y: BackendMatrix): BackendMatrix {
    return new TensorMatrix(this.#tfjs.mul(tensorOf(x), tensorOf(y)));
  }

  scale(p: Coefficient, x: BackendMatrix): BackendMatrix {
    return new TensorMatrix(this.#tfjs.mul(tensorOf(x), numberOf(p)));
  }

  combine(p: Coefficient, x: BackendMatrix, q: Coefficient, y: BackendMatrix): BackendMatrix {
    const { add, mul, tidy } = this.#tfjs;
    return new TensorMatrix(tidy(() => add(mul(tensorOf(x), numberOf(p)), mul(tensorOf(y), numberOf(q)))));
  }

  scaleColumns(x: BackendMatrix, v: BackendMatrix): BackendMatrix {
    const { mul, reshape, tidy } = this.#tfjs;
    return new TensorMatrix(tidy(() => mul(tensorOf(x), reshape(tensorOf(v), [1, v.rows]))));
  }

  addColumn(x: BackendMatrix, p: Coefficient, v: BackendMatrix): BackendMatrix {
    const { add, mul, tidy } = this.#tfjs;
    return new TensorMatrix(tidy(() => add(tensorOf(x), mul(tensorOf(v), numberOf(p)))));
  }

  diagonal(x: BackendMatrix): BackendMatrix {
    const { eye, mul, sum, tidy } = this.#tfjs;
    return new TensorMatrix(tidy(() => sum(mul(tensorOf(x), eye(x.rows)), 1, true)));
  }

  addDiagonal(x: BackendMatrix, v: BackendMatrix): BackendMatrix {
    const { add, eye, mul, tidy } = this.#tfjs;
    return new TensorMatrix(tidy(() => add(tensorOf(x), mul(eye(x.rows), tensorOf(v)))));
  }

  firstColumns(x: BackendMatrix, count: number): BackendMatrix {
    return new TensorMatrix(this.#tfjs.slice(tensorOf(x), [0, 0], [x.rows, count]));
  }

  addToFirstColumns(x: BackendMatrix, p: Coefficient, y: BackendMatrix): BackendMatrix {
    const { add, concat, mul, tidy, zeros } = this.#tfjs;
    const rest = x.columns - y.columns;
    return new TensorMatrix(
      tidy(() => add(tensorOf(x), concat([mul(tensorOf(y), numberOf(p)), zeros([x.rows, rest])], 1))),
    );
  }

  isPositive(x: BackendMatrix): BackendMatrix {
    return new TensorMatrix(this.#tfjs.step(tensorOf(x)));
  }

  dot(x: BackendMatrix, y: BackendMatrix): Scalar {
    const { sum, mul, tidy } = this.#tfjs;
    const total = tidy(() => sum(mul(tensorOf(x), tensorOf(y))));
    const [value = Number.NaN] = total.dataSync();
    total.dispose();
    return () => value;
  }

  compute(
    { rows, columns }: Size,
    inputs: readonly BackendMatrix[],
    fill: (result: Elements, ...inputs: Elements[]) => void,
  ): BackendMatrix {
    const result = new Float32Array(rows * columns);
    fill(result, ...inputs.map((input) => Float32Array.from(tensorOf(input).dataSync())));
    return new TensorMatrix(this.#tfjs.tensor2d(result, [rows, columns]));
  }
}

function numberOf(p: Coefficient): number {
  return typeof p === 'number' ? p : p();
}

function tensorOf(x: BackendMatrix): Tensor2D {
  if (!(x instanceof TensorMatrix)) throw new TypeError('this matrix is of another backend');
  return x.tensor;
}
