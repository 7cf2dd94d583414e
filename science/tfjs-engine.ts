import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Matrix } from './matrix.ts';
import { type EngineMatrix, EngineUnavailableError, FLOAT32_EPSILON, type MatrixEngine } from './matrix-engine.ts';

type Tfjs = typeof import('@tensorflow/tfjs-core');

class TensorMatrix implements EngineMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly tensor: Tensor2D;

  constructor(tensor: Tensor2D) {
    [this.rows, this.columns] = tensor.shape;
    this.tensor = tensor;
  }
}

/**
 * Opens the engine `tfjs`: float32 on @tensorflow/tfjs-backend-wasm.
 * @throws {EngineUnavailableError} if the backend does not start.
 */
export async function openTfjsEngine(): Promise<MatrixEngine> {
  await import('@tensorflow/tfjs-backend-wasm');
  const tfjs = await import('@tensorflow/tfjs-core');
  // Without this check, tfjs would go on with its slow JavaScript backend.
  if (!(await tfjs.setBackend('wasm'))) {
    throw new EngineUnavailableError(
      'The engine tfjs does not start: @tensorflow/tfjs-backend-wasm found no WebAssembly that it can use. ' +
        'Choose --engine portable.',
    );
  }
  return new TfjsEngine(tfjs);
}

/**
 * Opens the engine `native`: float32 on @tensorflow/tfjs-node, probed with one small product.
 * @throws {EngineUnavailableError} if the package, its native library or this version of Node fails.
 */
export async function openNativeEngine(): Promise<MatrixEngine> {
  try {
    await import('@tensorflow/tfjs-node');
    const tfjs = await import('@tensorflow/tfjs-core');
    if (!(await tfjs.setBackend('tensorflow'))) throw new Error('its backend does not start');
    const engine = new TfjsEngine(tfjs);
    requireWorking(engine);
    return engine;
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new EngineUnavailableError(
      `The engine native does not work here (Node ${process.version}, ${process.platform} ${process.arch}): ${reason}. ` +
        'It needs the optional package @tensorflow/tfjs-node 4.22 with its native library, and Node 20 or 22. ' +
        'Run `npm install --include=optional` where that library can be downloaded, or choose --engine portable.',
    );
  }
}

function requireWorking(engine: MatrixEngine): void {
  const { product } = engine.tidy(() => {
    const two = engine.upload({ rows: 1, columns: 1, values: Float64Array.of(2) });
    return { product: engine.dot(engine.matMul(two, two), two) };
  });
  if (product !== 8) throw new Error(`its library computes 2·2·2 = ${product}`);
}

class TfjsEngine implements MatrixEngine {
  readonly epsilon = FLOAT32_EPSILON;
  readonly #tfjs: Tfjs;

  constructor(tfjs: Tfjs) {
    this.#tfjs = tfjs;
  }

  upload({ rows, columns, values }: Matrix): EngineMatrix {
    return new TensorMatrix(this.#tfjs.tensor2d(Float32Array.from(values), [rows, columns]));
  }

  download(x: EngineMatrix): Matrix {
    return { rows: x.rows, columns: x.columns, values: Float64Array.from(tensorOf(x).dataSync()) };
  }

  dispose(...matrices: readonly EngineMatrix[]): void {
    for (const matrix of matrices) tensorOf(matrix).dispose();
  }

  tidy<Result extends Readonly<Record<string, EngineMatrix | number>>>(work: () => Result): Result {
    const tensors = this.#tfjs.engine();
    tensors.startScope();
    const kept: Tensor2D[] = [];
    try {
      const result = work();
      for (const value of Object.values(result)) if (typeof value !== 'number') kept.push(tensorOf(value));
      return result;
    } finally {
      tensors.endScope(kept);
    }
  }

  matMul(x: EngineMatrix, y: EngineMatrix): EngineMatrix {
    return new TensorMatrix(this.#tfjs.matMul(tensorOf(x), tensorOf(y)));
  }

  matMulLower(x: EngineMatrix, lower: EngineMatrix): EngineMatrix {
    return this.matMul(x, lower);
  }

  matMulUpper(x: EngineMatrix, upper: EngineMatrix): EngineMatrix {
    return this.matMul(x, upper);
  }

  symmetricProduct(x: EngineMatrix, y: EngineMatrix): EngineMatrix {
    const { matMul, tidy, transpose } = this.#tfjs;
    // In WebAssembly, matMul with transposeB is a tenth as fast.
    return new TensorMatrix(tidy(() => matMul(tensorOf(x), transpose(tensorOf(y)))));
  }

  transpose(x: EngineMatrix): EngineMatrix {
    return new TensorMatrix(this.#tfjs.transpose(tensorOf(x)));
  }

  multiply(x: EngineMatrix, y: EngineMatrix): EngineMatrix {
    return new TensorMatrix(this.#tfjs.mul(tensorOf(x), tensorOf(y)));
  }

  scale(p: number, x: EngineMatrix): EngineMatrix {
    return new TensorMatrix(this.#tfjs.mul(tensorOf(x), p));
  }

  combine(p: number, x: EngineMatrix, q: number, y: EngineMatrix): EngineMatrix {
    const { add, mul, tidy } = this.#tfjs;
    return new TensorMatrix(tidy(() => add(mul(tensorOf(x), p), mul(tensorOf(y), q))));
  }

  scaleColumns(x: EngineMatrix, v: EngineMatrix): EngineMatrix {
    const { mul, reshape, tidy } = this.#tfjs;
    return new TensorMatrix(tidy(() => mul(tensorOf(x), reshape(tensorOf(v), [1, v.rows]))));
  }

  addColumn(x: EngineMatrix, p: number, v: EngineMatrix): EngineMatrix {
    const { add, mul, tidy } = this.#tfjs;
    return new TensorMatrix(tidy(() => add(tensorOf(x), mul(tensorOf(v), p))));
  }

  diagonal(x: EngineMatrix): EngineMatrix {
    const { eye, mul, sum, tidy } = this.#tfjs;
    return new TensorMatrix(tidy(() => sum(mul(tensorOf(x), eye(x.rows)), 1, true)));
  }

  addDiagonal(x: EngineMatrix, v: EngineMatrix): EngineMatrix {
    const { add, eye, mul, tidy } = this.#tfjs;
    return new TensorMatrix(tidy(() => add(tensorOf(x), mul(eye(x.rows), tensorOf(v)))));
  }

  firstColumns(x: EngineMatrix, count: number): EngineMatrix {
    return new TensorMatrix(this.#tfjs.slice(tensorOf(x), [0, 0], [x.rows, count]));
  }

  addToFirstColumns(x: EngineMatrix, p: number, y: EngineMatrix): EngineMatrix {
    const { add, concat, mul, tidy, zeros } = this.#tfjs;
    const rest = x.columns - y.columns;
    return new TensorMatrix(tidy(() => add(tensorOf(x), concat([mul(tensorOf(y), p), zeros([x.rows, rest])], 1))));
  }

  dot(x: EngineMatrix, y: EngineMatrix): number {
    const { sum, mul, tidy } = this.#tfjs;
    const total = tidy(() => sum(mul(tensorOf(x), tensorOf(y))));
    const [value = Number.NaN] = total.dataSync();
    total.dispose();
    return value;
  }
}

function tensorOf(x: EngineMatrix): Tensor2D {
  if (!(x instanceof TensorMatrix)) throw new TypeError('this matrix is of another engine');
  return x.tensor;
}
