/**
 * Dense matrix operations on f64, in AssemblyScript with 128-bit SIMD. Matrices are row-major, given by the addresses of
 * their first elements and their sizes; an output may be an input only where its operation is elementwise.
 *
 * Elementwise loops take four elements at a time, and so touch up to three past the end: every matrix must own memory up to
 * a multiple of 32 bytes.
 */

/** The first address that matrices may use. */
export function heapStart(): usize {
  return __heap_base;
}

/** C = A·B, with A m×k and B k×n. */
export function matMul(c: usize, a: usize, b: usize, m: usize, k: usize, n: usize): void {
  if (n == 1) {
    for (let i: usize = 0; i < m; i++) store<f64>(at(c, i), dot(at(a, i * k), b, k));
    return;
  }
  const tiledRows = m & ~3;
  const tiledColumns = n & ~3;
  for (let j: usize = 0; j < tiledColumns; j += 4) {
    for (let i: usize = 0; i < tiledRows; i += 4) tile(at(c, i * n + j), at(a, i * k), at(b, j), k, n);
  }
  productEdges(c, a, b, m, k, n);
}

/** C = A·B, with A m×k and B k×m, where the product is known to be symmetric: tiles below the diagonal are copied. */
export function symmetricMatMul(c: usize, a: usize, b: usize, m: usize, k: usize): void {
  const tiled = m & ~3;
  for (let j: usize = 0; j < tiled; j += 4) {
    for (let i: usize = 0; i <= j; i += 4) tile(at(c, i * m + j), at(a, i * k), at(b, j), k, m);
  }
  productEdges(c, a, b, m, k, m);
  for (let i: usize = 1; i < m; i++) {
    for (let j: usize = 0; j < i; j++) store<f64>(at(c, i * m + j), load<f64>(at(c, j * m + i)));
  }
}

/** A 4×4 tile of A·B. Eight accumulators, two vectors of B and one of A: it all stays in registers. */
// @ts-ignore: decorator
@inline
function tile(c: usize, a: usize, b: usize, k: usize, n: usize): void {
  let a0 = a;
  let a1 = at(a0, k);
  let a2 = at(a1, k);
  let a3 = at(a2, k);
  const end = a1;
  const bStride = n << 3;
  let c00 = f64x2.splat(0);
  let c01 = f64x2.splat(0);
  let c10 = f64x2.splat(0);
  let c11 = f64x2.splat(0);
  let c20 = f64x2.splat(0);
  let c21 = f64x2.splat(0);
  let c30 = f64x2.splat(0);
  let c31 = f64x2.splat(0);
  while (a0 < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load64_splat(a0);
    c00 = f64x2.add(c00, f64x2.mul(x0, b0));
    c01 = f64x2.add(c01, f64x2.mul(x0, b1));
    const x1 = v128.load64_splat(a1);
    c10 = f64x2.add(c10, f64x2.mul(x1, b0));
    c11 = f64x2.add(c11, f64x2.mul(x1, b1));
    const x2 = v128.load64_splat(a2);
    c20 = f64x2.add(c20, f64x2.mul(x2, b0));
    c21 = f64x2.add(c21, f64x2.mul(x2, b1));
    const x3 = v128.load64_splat(a3);
    c30 = f64x2.add(c30, f64x2.mul(x3, b0));
    c31 = f64x2.add(c31, f64x2.mul(x3, b1));
    a0 += 8;
    a1 += 8;
    a2 += 8;
    a3 += 8;
    b += bStride;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += bStride;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += bStride;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += bStride;
  v128.store(c, c30);
  v128.store(c, c31, 16);
}

/** What tiles of four leave over: the last m mod 4 rows and n mod 4 columns of C = A·B. */
function productEdges(c: usize, a: usize, b: usize, m: usize, k: usize, n: usize): void {
  for (let i: usize = 0; i < m; i++) {
    const from = i < (m & ~3) ? n & ~3 : 0;
    for (let j = from; j < n; j++) {
      let sum: f64 = 0;
      for (let l: usize = 0; l < k; l++) sum += load<f64>(at(a, i * k + l)) * load<f64>(at(b, l * n + j));
      store<f64>(at(c, i * n + j), sum);
    }
  }
}

/** Y = Xᵀ, with X rows×columns. */
export function transpose(y: usize, x: usize, rows: usize, columns: usize): void {
  const pairedRows = rows & ~1;
  const pairedColumns = columns & ~1;
  for (let i: usize = 0; i < pairedRows; i += 2) {
    for (let j: usize = 0; j < pairedColumns; j += 2) {
      const x0 = v128.load(at(x, i * columns + j));
      const x1 = v128.load(at(x, (i + 1) * columns + j));
      v128.store(at(y, j * rows + i), v128.shuffle<f64>(x0, x1, 0, 2));
      v128.store(at(y, (j + 1) * rows + i), v128.shuffle<f64>(x0, x1, 1, 3));
    }
  }
  for (let i: usize = 0; i < rows; i++) {
    for (let j = i < pairedRows ? pairedColumns : 0; j < columns; j++) {
      store<f64>(at(y, j * rows + i), load<f64>(at(x, i * columns + j)));
    }
  }
}

/** Z = X∘Y. */
export function multiply(z: usize, x: usize, y: usize, length: usize): void {
  const end = at(z, length);
  for (; z < end; z += 32, x += 32, y += 32) {
    v128.store(z, f64x2.mul(v128.load(x), v128.load(y)));
    v128.store(z, f64x2.mul(v128.load(x, 16), v128.load(y, 16)), 16);
  }
}

/** Y = p·X. */
export function scale(y: usize, p: f64, x: usize, length: usize): void {
  const factor = f64x2.splat(p);
  const end = at(y, length);
  for (; y < end; y += 32, x += 32) {
    v128.store(y, f64x2.mul(factor, v128.load(x)));
    v128.store(y, f64x2.mul(factor, v128.load(x, 16)), 16);
  }
}

/** Z = p·X + q·Y. */
export function combine(z: usize, p: f64, x: usize, q: f64, y: usize, length: usize): void {
  const ps = f64x2.splat(p);
  const qs = f64x2.splat(q);
  const end = at(z, length);
  for (; z < end; z += 32, x += 32, y += 32) {
    v128.store(z, f64x2.add(f64x2.mul(ps, v128.load(x)), f64x2.mul(qs, v128.load(y))));
    v128.store(z, f64x2.add(f64x2.mul(ps, v128.load(x, 16)), f64x2.mul(qs, v128.load(y, 16))), 16);
  }
}

/** Y = X·diag(v). */
export function scaleColumns(y: usize, x: usize, v: usize, rows: usize, columns: usize): void {
  const paired = columns & ~1;
  for (let i: usize = 0; i < rows; i++, y += columns << 3, x += columns << 3) {
    for (let j: usize = 0; j < paired; j += 2) {
      v128.store(at(y, j), f64x2.mul(v128.load(at(x, j)), v128.load(at(v, j))));
    }
    if (paired < columns) store<f64>(at(y, paired), load<f64>(at(x, paired)) * load<f64>(at(v, paired)));
  }
}

/** Y = X + v·1ᵀ: adds v_i to every element of row i. */
export function addColumn(y: usize, x: usize, v: usize, rows: usize, columns: usize): void {
  const paired = columns & ~1;
  for (let i: usize = 0; i < rows; i++, y += columns << 3, x += columns << 3) {
    const value = load<f64>(at(v, i));
    const values = f64x2.splat(value);
    for (let j: usize = 0; j < paired; j += 2) v128.store(at(y, j), f64x2.add(v128.load(at(x, j)), values));
    if (paired < columns) store<f64>(at(y, paired), load<f64>(at(x, paired)) + value);
  }
}

/** v = the diagonal of X, n×n. */
export function diagonal(v: usize, x: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) store<f64>(at(v, i), load<f64>(at(x, i * (n + 1))));
}

/** Y = X + diag(v), n×n. */
export function addDiagonal(y: usize, x: usize, v: usize, n: usize): void {
  memory.copy(y, x, (n * n) << 3);
  for (let i: usize = 0; i < n; i++) {
    const element = at(y, i * (n + 1));
    store<f64>(element, load<f64>(element) + load<f64>(at(v, i)));
  }
}

/** Y = the columns of X, rows×columns, from column `from` on. */
export function columnsFrom(y: usize, x: usize, from: usize, rows: usize, columns: usize): void {
  const width = columns - from;
  for (let i: usize = 0; i < rows; i++) copy(at(y, i * width), at(x, i * columns + from), width);
}

/** Z = X, rows×columns, with Y added to its columns from column `from` on. */
export function addToColumnsFrom(z: usize, x: usize, from: usize, y: usize, rows: usize, columns: usize): void {
  const width = columns - from;
  const paired = width & ~1;
  for (let i: usize = 0; i < rows; i++, z += columns << 3, x += columns << 3, y += width << 3) {
    copy(z, x, from);
    const target = at(z, from);
    const source = at(x, from);
    for (let j: usize = 0; j < paired; j += 2) {
      v128.store(at(target, j), f64x2.add(v128.load(at(source, j)), v128.load(at(y, j))));
    }
    if (paired < width) store<f64>(at(target, paired), load<f64>(at(source, paired)) + load<f64>(at(y, paired)));
  }
}

/** Copies a row. For rows as short as ours, faster than the call of memory.copy. */
// @ts-ignore: decorator
@inline
function copy(y: usize, x: usize, length: usize): void {
  const paired = length & ~1;
  for (let j: usize = 0; j < paired; j += 2) v128.store(at(y, j), v128.load(at(x, j)));
  if (paired < length) store<f64>(at(y, paired), load<f64>(at(x, paired)));
}

/** The sum of the elements of X∘Y. Four partial sums hide the latency of the additions. */
export function dot(x: usize, y: usize, length: usize): f64 {
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  const end = at(x, length);
  const tiledEnd = at(x, length & ~3);
  for (; x < tiledEnd; x += 32, y += 32) {
    sum0 = f64x2.add(sum0, f64x2.mul(v128.load(x), v128.load(y)));
    sum1 = f64x2.add(sum1, f64x2.mul(v128.load(x, 16), v128.load(y, 16)));
  }
  const sums = f64x2.add(sum0, sum1);
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  for (; x < end; x += 8, y += 8) sum += load<f64>(x) * load<f64>(y);
  return sum;
}

/** The address of element i. */
// @ts-ignore: decorator
@inline
function at(x: usize, i: usize): usize {
  return x + (i << 3);
}
