import type { BackendMatrix, Operations, Scalar } from './matrix-backend.ts';
import { openPortableBackend } from './portable-backend.ts';

/** Sizes m×n that need whole tiles and parts of tiles, whole vectors and parts of vectors. */
const SIZES = [
  [20, 32],
  [13, 27],
  [37, 9],
  [2, 50],
] as const;

/**
 * What the portable backend computes of fixed matrices, by all its operations, in both precisions. The same on every
 * machine that it can be used on: where it is not, no result is.
 */
export function selfTest(): Float64Array {
  const results: number[] = [];
  for (const precision of ['float32', 'float64'] as const) {
    for (const [m, n] of SIZES) {
      const backend = openPortableBackend(precision);
      const fixed = (rows: number, columns: number) =>
        backend.upload({
          rows,
          columns,
          values: Float64Array.from({ length: rows * columns }, (_, k) => fixedNumber(k)),
        });
      const inputs = [fixed(m, n), fixed(m, n), fixed(n, n), fixed(m, m), fixed(m, 1), fixed(n, 1)];
      let scalars: readonly Scalar[] = [];
      const run = backend.prepare(inputs, (ops, matrices) => {
        const { made, dots } = computation(ops, matrices);
        scalars = dots;
        return made;
      });
      for (const matrix of run(inputs)) results.push(...backend.download(matrix).values);
      results.push(...scalars.map((read) => read()));
    }
  }
  return Float64Array.from(results);
}

function computation(ops: Operations, [x, y, square, q, v, w]: readonly BackendMatrix[]) {
  const shifted = ops.addColumn(ops.combine(0.3, x, -0.7, ops.multiply(x, y)), 0.9, v);
  const scaled = ops.scaleColumns(ops.scale(1.1, shifted), w);
  const products = [
    ops.matMul(q, scaled),
    ops.matMulLower(scaled, square),
    ops.matMulUpper(scaled, square),
    ops.symmetricProduct(ops.scaleColumns(x, w), x),
    ops.matMul(x, w),
    ops.transpose(shifted),
    ops.multiply(shifted, ops.isPositive(y)),
  ];
  const part = ops.firstColumns(scaled, x.columns - 1);
  const sums = [ops.addDiagonal(q, ops.diagonal(q)), ops.addToFirstColumns(ops.combine(1, x, 0.2, y), -0.4, part)];
  return { made: [...products, ...sums], dots: [ops.dot(x, scaled), ops.dot(products[0], y), ops.dot(q, q)] };
}

/** Numbers between -1/2 and 1/2, exact in either precision. */
function fixedNumber(k: number): number {
  return (Math.imul(k + 1, 0x9e3779b1) >>> 8) / (1 << 24) - 0.5;
}
