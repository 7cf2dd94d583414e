import type { Matrix } from './matrix.ts';
import { type BackendMatrix, FLOAT32_EPSILON, type MatrixBackend } from './matrix-backend.ts';
import { instantiateKernel, type MatrixKernel, type Precision } from './matrix-kernel.ts';

const PAGE_BYTES = 65536;
/** Matrices start at multiples of this, and own memory up to the next one, as the kernel asks. */
const ALIGNMENT = 32;
const FREED = -1;

class KernelMatrix implements BackendMatrix {
  readonly rows: number;
  readonly columns: number;
  address: number;

  constructor(rows: number, columns: number, address: number) {
    this.rows = rows;
    this.columns = columns;
    this.address = address;
  }

  get length(): number {
    return this.rows * this.columns;
  }
}

/**
 * Opens the portable backend on the compiled WebAssembly kernel, with the same bits on every processor.
 * @throws {TypeError} if the bytes are not a kernel with the functions of science/kernel/kernel.ts, compiled for that precision.
 */
export async function openPortableBackend(kernel: Uint8Array, precision: Precision): Promise<MatrixBackend> {
  const backend = new PortableBackend(await instantiateKernel(kernel));
  if (backend.precision !== precision) {
    throw new TypeError(`this matrix kernel computes in ${backend.precision}, not ${precision}`);
  }
  return backend;
}

class PortableBackend implements MatrixBackend {
  readonly precision: Precision;
  readonly epsilon: number;
  readonly #kernel: MatrixKernel;
  readonly #Elements: typeof Float32Array | typeof Float64Array;
  /** The first address never used. */
  #end: number;
  /** Addresses that were freed, by the bytes that they have room for: a training step reuses those of the step before. */
  readonly #free = new Map<number, number[]>();
  /** What the innermost `tidy` has made so far. */
  #made: KernelMatrix[] | undefined;

  constructor(kernel: MatrixKernel) {
    this.#kernel = kernel;
    this.#end = roundUp(kernel.heapStart(), ALIGNMENT);
    const single = kernel.elementBytes() === Float32Array.BYTES_PER_ELEMENT;
    this.precision = single ? 'float32' : 'float64';
    this.epsilon = single ? FLOAT32_EPSILON : Number.EPSILON;
    this.#Elements = single ? Float32Array : Float64Array;
  }

  upload({ rows, columns, values }: Matrix): BackendMatrix {
    const x = this.#allocate(rows, columns);
    this.#view(x).set(values);
    return x;
  }

  download(x: BackendMatrix): Matrix {
    return { rows: x.rows, columns: x.columns, values: Float64Array.from(this.#view(own(x))) };
  }

  dispose(...matrices: readonly BackendMatrix[]): void {
    for (const matrix of matrices) this.#release(own(matrix));
  }

  tidy<Result extends Readonly<Record<string, BackendMatrix | number>>>(work: () => Result): Result {
    const outer = this.#made;
    const made: KernelMatrix[] = [];
    this.#made = made;
    let kept: readonly unknown[] = [];
    try {
      const result = work();
      kept = Object.values(result);
      return result;
    } finally {
      this.#made = outer;
      for (const matrix of made) {
        if (kept.includes(matrix)) outer?.push(matrix);
        else this.#release(matrix);
      }
    }
  }

  matMul(x: BackendMatrix, y: BackendMatrix): BackendMatrix {
    requireEqual(x.columns, y.rows);
    const product = this.#allocate(x.rows, y.columns);
    this.#kernel.matMul(product.address, own(x).address, own(y).address, x.rows, x.columns, y.columns);
    return product;
  }

  matMulLower(x: BackendMatrix, lower: BackendMatrix): BackendMatrix {
    requireTriangularSize(x, lower);
    const product = this.#allocate(x.rows, x.columns);
    this.#kernel.matMulLower(product.address, own(x).address, own(lower).address, x.rows, x.columns);
    return product;
  }

  matMulUpper(x: BackendMatrix, upper: BackendMatrix): BackendMatrix {
    requireTriangularSize(x, upper);
    const product = this.#allocate(x.rows, x.columns);
    this.#kernel.matMulUpper(product.address, own(x).address, own(upper).address, x.rows, x.columns);
    return product;
  }

  symmetricProduct(x: BackendMatrix, y: BackendMatrix): BackendMatrix {
    requireSameSize(x, y);
    const product = this.#allocate(x.rows, x.rows);
    const transposed = own(this.transpose(y));
    this.#kernel.symmetricMatMul(product.address, own(x).address, transposed.address, x.rows, x.columns);
    this.#release(transposed);
    return product;
  }

  transpose(x: BackendMatrix): BackendMatrix {
    const transposed = this.#allocate(x.columns, x.rows);
    this.#kernel.transpose(transposed.address, own(x).address, x.rows, x.columns);
    return transposed;
  }

  multiply(x: BackendMatrix, y: BackendMatrix): BackendMatrix {
    requireSameSize(x, y);
    const product = this.#allocate(x.rows, x.columns);
    this.#kernel.multiply(product.address, own(x).address, own(y).address, product.length);
    return product;
  }

  scale(p: number, x: BackendMatrix): BackendMatrix {
    const scaled = this.#allocate(x.rows, x.columns);
    this.#kernel.scale(scaled.address, p, own(x).address, scaled.length);
    return scaled;
  }

  combine(p: number, x: BackendMatrix, q: number, y: BackendMatrix): BackendMatrix {
    requireSameSize(x, y);
    const sum = this.#allocate(x.rows, x.columns);
    this.#kernel.combine(sum.address, p, own(x).address, q, own(y).address, sum.length);
    return sum;
  }

  scaleColumns(x: BackendMatrix, v: BackendMatrix): BackendMatrix {
    requireEqual(x.columns, v.rows);
    const scaled = this.#allocate(x.rows, x.columns);
    this.#kernel.scaleColumns(scaled.address, own(x).address, own(v).address, x.rows, x.columns);
    return scaled;
  }

  addColumn(x: BackendMatrix, p: number, v: BackendMatrix): BackendMatrix {
    requireEqual(x.rows, v.rows);
    const sum = this.#allocate(x.rows, x.columns);
    this.#kernel.addColumn(sum.address, own(x).address, p, own(v).address, x.rows, x.columns);
    return sum;
  }

  diagonal(x: BackendMatrix): BackendMatrix {
    requireEqual(x.rows, x.columns);
    const v = this.#allocate(x.rows, 1);
    this.#kernel.diagonal(v.address, own(x).address, x.rows);
    return v;
  }

  addDiagonal(x: BackendMatrix, v: BackendMatrix): BackendMatrix {
    requireEqual(x.rows, x.columns);
    requireEqual(x.rows, v.rows);
    const sum = this.#allocate(x.rows, x.columns);
    this.#kernel.addDiagonal(sum.address, own(x).address, own(v).address, x.rows);
    return sum;
  }

  firstColumns(x: BackendMatrix, count: number): BackendMatrix {
    requireAtMost(count, x.columns);
    const selected = this.#allocate(x.rows, count);
    this.#kernel.firstColumns(selected.address, own(x).address, count, x.rows, x.columns);
    return selected;
  }

  addToFirstColumns(x: BackendMatrix, p: number, y: BackendMatrix): BackendMatrix {
    requireEqual(x.rows, y.rows);
    requireAtMost(y.columns, x.columns);
    const sum = this.#allocate(x.rows, x.columns);
    this.#kernel.addToFirstColumns(sum.address, own(x).address, p, own(y).address, y.columns, x.rows, x.columns);
    return sum;
  }

  dot(x: BackendMatrix, y: BackendMatrix): number {
    requireSameSize(x, y);
    return this.#kernel.dot(own(x).address, own(y).address, own(x).length);
  }

  #allocate(rows: number, columns: number): KernelMatrix {
    const bytes = this.#bytesOf(rows * columns);
    const matrix = new KernelMatrix(rows, columns, this.#free.get(bytes)?.pop() ?? this.#extend(bytes));
    this.#made?.push(matrix);
    return matrix;
  }

  #extend(bytes: number): number {
    const address = this.#end;
    this.#end += bytes;
    const { memory } = this.#kernel;
    const missing = this.#end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    return address;
  }

  #release(matrix: KernelMatrix): void {
    if (matrix.address === FREED) return;
    const bytes = this.#bytesOf(matrix.length);
    const addresses = this.#free.get(bytes);
    if (addresses === undefined) this.#free.set(bytes, [matrix.address]);
    else addresses.push(matrix.address);
    matrix.address = FREED;
  }

  #bytesOf(elements: number): number {
    return roundUp(this.#Elements.BYTES_PER_ELEMENT * elements, ALIGNMENT);
  }

  #view(x: KernelMatrix): Float32Array | Float64Array {
    return new this.#Elements(this.#kernel.memory.buffer, x.address, x.length);
  }
}

function own(x: BackendMatrix): KernelMatrix {
  if (!(x instanceof KernelMatrix) || x.address === FREED) {
    throw new TypeError('this matrix was freed, or is of another backend');
  }
  return x;
}

function requireSameSize(x: BackendMatrix, y: BackendMatrix): void {
  requireEqual(x.rows, y.rows);
  requireEqual(x.columns, y.columns);
}

function requireTriangularSize(x: BackendMatrix, triangular: BackendMatrix): void {
  requireEqual(triangular.rows, triangular.columns);
  requireEqual(x.columns, triangular.rows);
}

function requireAtMost(columns: number, all: number): void {
  if (columns > all) throw new RangeError(`a matrix of ${all} columns has no first ${columns}`);
}

function requireEqual(a: number, b: number): void {
  if (a !== b) throw new RangeError(`the sizes of the matrices do not fit: ${a} and ${b}`);
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
