/** The elements that the kernel can be compiled for. */
export const PRECISIONS = ['float32', 'float64'] as const;

export type Precision = (typeof PRECISIONS)[number];

/** The matrix operations of science/kernel/kernel.ts, on addresses in its memory. */
export interface MatrixKernel {
  readonly memory: WebAssembly.Memory;
  heapStart(): number;
  elementBytes(): number;
  matMul(c: number, a: number, b: number, m: number, k: number, n: number): void;
  matMulLower(c: number, a: number, b: number, m: number, n: number): void;
  matMulUpper(c: number, a: number, b: number, m: number, n: number): void;
  symmetricMatMul(c: number, a: number, b: number, m: number, k: number): void;
  transpose(y: number, x: number, rows: number, columns: number): void;
  multiply(z: number, x: number, y: number, length: number): void;
  scale(y: number, p: number, x: number, length: number): void;
  combine(z: number, p: number, x: number, q: number, y: number, length: number): void;
  scaleColumns(y: number, x: number, v: number, rows: number, columns: number): void;
  addColumn(y: number, x: number, p: number, v: number, rows: number, columns: number): void;
  diagonal(v: number, x: number, n: number): void;
  addDiagonal(y: number, x: number, v: number, n: number): void;
  firstColumns(y: number, x: number, count: number, rows: number, columns: number): void;
  addToFirstColumns(z: number, x: number, p: number, y: number, count: number, rows: number, columns: number): void;
  dot(x: number, y: number, length: number): number;
}

const KERNEL_FUNCTIONS = [
  'heapStart',
  'elementBytes',
  'matMul',
  'matMulLower',
  'matMulUpper',
  'symmetricMatMul',
  'transpose',
  'multiply',
  'scale',
  'combine',
  'scaleColumns',
  'addColumn',
  'diagonal',
  'addDiagonal',
  'firstColumns',
  'addToFirstColumns',
  'dot',
] as const satisfies readonly (keyof MatrixKernel)[];

/**
 * Instantiates the compiled kernel.
 * @throws {TypeError} if the bytes are a WebAssembly module of another kind.
 */
export async function instantiateKernel(bytes: Uint8Array): Promise<MatrixKernel> {
  const { instance } = await WebAssembly.instantiate(bytes);
  if (isKernel(instance.exports)) return instance.exports;
  throw new TypeError('this WebAssembly module is not our matrix kernel: compile it again');
}

function isKernel(exports: object): exports is MatrixKernel {
  const found = new Map(Object.entries(exports));
  return (
    found.get('memory') instanceof WebAssembly.Memory &&
    KERNEL_FUNCTIONS.every((name) => typeof found.get(name) === 'function')
  );
}
