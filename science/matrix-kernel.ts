/** The matrix operations of science/kernel/kernel.ts, on addresses in its memory. */
export interface MatrixKernel {
  readonly memory: WebAssembly.Memory;
  heapStart(): number;
  matMul(c: number, a: number, b: number, m: number, k: number, n: number): void;
  symmetricMatMul(c: number, a: number, b: number, m: number, k: number): void;
  transpose(y: number, x: number, rows: number, columns: number): void;
  multiply(z: number, x: number, y: number, length: number): void;
  scale(y: number, p: number, x: number, length: number): void;
  combine(z: number, p: number, x: number, q: number, y: number, length: number): void;
  scaleColumns(y: number, x: number, v: number, rows: number, columns: number): void;
  addColumn(y: number, x: number, v: number, rows: number, columns: number): void;
  diagonal(v: number, x: number, n: number): void;
  addDiagonal(y: number, x: number, v: number, n: number): void;
  columnsFrom(y: number, x: number, from: number, rows: number, columns: number): void;
  addToColumnsFrom(z: number, x: number, from: number, y: number, rows: number, columns: number): void;
  dot(x: number, y: number, length: number): number;
}

const KERNEL_FUNCTIONS = [
  'heapStart',
  'matMul',
  'symmetricMatMul',
  'transpose',
  'multiply',
  'scale',
  'combine',
  'scaleColumns',
  'addColumn',
  'diagonal',
  'addDiagonal',
  'columnsFrom',
  'addToColumnsFrom',
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
