/**
 * Dense matrix operations in AssemblyScript with 128-bit SIMD. Elements are of the type `Real`, which the compiler is told:
 * f32 or f64 (stages/compile-kernel.ts). Matrices are row-major, given by the addresses of their first elements and their
 * sizes; an output may be an input only where its operation is elementwise.
 *
 * Elementwise loops take two vectors at a time, and so touch up to 31 bytes past the end: every matrix must own memory up to
 * a multiple of 32 bytes.
 */

/** The elements of a vector. */
// @ts-ignore: decorator
@inline
const LANES: usize = 16 / sizeof<Real>();

/** Products are computed in tiles of this size. */
// @ts-ignore: decorator
@inline
const TILE_ROWS: usize = 4;
// @ts-ignore: decorator
@inline
const TILE_COLUMNS: usize = LANES << 1;

/** The first address that matrices may use. */
export function heapStart(): usize {
  return __heap_base;
}

/** The bytes of an element. */
export function elementBytes(): usize {
  return sizeof<Real>();
}

/** C = A·B, with A m×k and B k×n. */
export function matMul(c: usize, a: usize, b: usize, m: usize, k: usize, n: usize): void {
  if (n == 1) {
    for (let i: usize = 0; i < m; i++) store<Real>(at(c, i), <Real>dot(at(a, i * k), b, k));
  } else if (fitsTiles(m, n)) {
    for (let next: usize = 0; next < n; next += TILE_COLUMNS) {
      tileColumns(c, a, b, m, k, n, lastFitting(next, TILE_COLUMNS, n), m, 0, k);
    }
  } else {
    smallProduct(c, a, b, m, k, n);
  }
}

/** C = A·B, with A m×n and B n×n lower triangular: zeros are skipped. */
export function matMulLower(c: usize, a: usize, b: usize, m: usize, n: usize): void {
  if (!fitsTiles(m, n)) return smallProduct(c, a, b, m, n, n);
  for (let next: usize = 0; next < n; next += TILE_COLUMNS) {
    const j = lastFitting(next, TILE_COLUMNS, n);
    tileColumns(c, a, b, m, n, n, j, m, j, n);
  }
}

/** C = A·B, with A m×n and B n×n upper triangular: zeros are skipped. */
export function matMulUpper(c: usize, a: usize, b: usize, m: usize, n: usize): void {
  if (!fitsTiles(m, n)) return smallProduct(c, a, b, m, n, n);
  for (let next: usize = 0; next < n; next += TILE_COLUMNS) {
    const j = lastFitting(next, TILE_COLUMNS, n);
    tileColumns(c, a, b, m, n, n, j, m, 0, j + TILE_COLUMNS);
  }
}

/** C = A·B, with A m×k and B k×m, where the product is known to be symmetric: what is below the diagonal is copied. */
export function symmetricMatMul(c: usize, a: usize, b: usize, m: usize, k: usize): void {
  if (!fitsTiles(m, m)) return smallProduct(c, a, b, m, k, m);
  for (let next: usize = 0; next < m; next += TILE_COLUMNS) {
    const j = lastFitting(next, TILE_COLUMNS, m);
    tileColumns(c, a, b, m, k, m, j, j + TILE_COLUMNS, 0, k);
  }
  for (let i: usize = 1; i < m; i++) {
    for (let j: usize = 0; j < i; j++) store<Real>(at(c, i * m + j), load<Real>(at(c, j * m + i)));
  }
}

/** Whether m×n has room for a tile. */
// @ts-ignore: decorator
@inline
function fitsTiles(m: usize, n: usize): bool {
  return m >= TILE_ROWS && n >= TILE_COLUMNS;
}

/** Where a tile begins that is due at `next`: the last one overlaps the one before it, so that it fits. */
// @ts-ignore: decorator
@inline
function lastFitting(next: usize, tileSize: usize, size: usize): usize {
  return min(next, size - tileSize);
}

/** Of C = A·B, with A m×k and B k×n, a tile's columns from j on in rows 0 to `rows`; B is zero but in its rows `from` to `to`. */
// @ts-ignore: decorator
@inline
function tileColumns(
  c: usize,
  a: usize,
  b: usize,
  m: usize,
  k: usize,
  n: usize,
  j: usize,
  rows: usize,
  from: usize,
  to: usize,
): void {
  for (let next: usize = 0; next < rows; next += TILE_ROWS) {
    const i = lastFitting(next, TILE_ROWS, m);
    tile(at(c, i * n + j), at(a, i * k + from), k, at(b, from * n + j), n, to - from);
  }
}

/**
 * A tile of A·B, summed over `length` rows of B; rows of A are k apart, those of B and C n. Eight accumulators, two vectors of
 * B and one of A: it all stays in registers.
 */
// @ts-ignore: decorator
@inline
function tile(c: usize, a: usize, k: usize, b: usize, n: usize, length: usize): void {
  let a0 = a;
  let a1 = at(a0, k);
  let a2 = at(a1, k);
  let a3 = at(a2, k);
  const end = at(a0, length);
  const stride = at(0, n);
  let c00 = v128.splat<Real>(0);
  let c01 = v128.splat<Real>(0);
  let c10 = v128.splat<Real>(0);
  let c11 = v128.splat<Real>(0);
  let c20 = v128.splat<Real>(0);
  let c21 = v128.splat<Real>(0);
  let c30 = v128.splat<Real>(0);
  let c31 = v128.splat<Real>(0);
  while (a0 < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load_splat<Real>(a0);
    c00 = v128.add<Real>(c00, v128.mul<Real>(x0, b0));
    c01 = v128.add<Real>(c01, v128.mul<Real>(x0, b1));
    const x1 = v128.load_splat<Real>(a1);
    c10 = v128.add<Real>(c10, v128.mul<Real>(x1, b0));
    c11 = v128.add<Real>(c11, v128.mul<Real>(x1, b1));
    const x2 = v128.load_splat<Real>(a2);
    c20 = v128.add<Real>(c20, v128.mul<Real>(x2, b0));
    c21 = v128.add<Real>(c21, v128.mul<Real>(x2, b1));
    const x3 = v128.load_splat<Real>(a3);
    c30 = v128.add<Real>(c30, v128.mul<Real>(x3, b0));
    c31 = v128.add<Real>(c31, v128.mul<Real>(x3, b1));
    a0 = at(a0, 1);
    a1 = at(a1, 1);
    a2 = at(a2, 1);
    a3 = at(a3, 1);
    b += stride;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += stride;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += stride;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += stride;
  v128.store(c, c30);
  v128.store(c, c31, 16);
}

/** C = A·B, with A m×k and B k×n, where a tile has no room: a row of C is a sum of rows of B. */
function smallProduct(c: usize, a: usize, b: usize, m: usize, k: usize, n: usize): void {
  const whole = wholeVectors(n);
  memory.fill(c, 0, at(0, m * n));
  for (let i: usize = 0; i < m; i++, c = at(c, n), a = at(a, k)) {
    for (let l: usize = 0; l < k; l++) {
      const x = load<Real>(at(a, l));
      const y = at(b, l * n);
      const xs = v128.splat<Real>(x);
      for (let j: usize = 0; j < whole; j += LANES) {
        v128.store(at(c, j), v128.add<Real>(v128.load(at(c, j)), v128.mul<Real>(xs, v128.load(at(y, j)))));
      }
      for (let j = whole; j < n; j++) store<Real>(at(c, j), load<Real>(at(c, j)) + x * load<Real>(at(y, j)));
    }
  }
}

/** Y = Xᵀ, with X rows×columns. */
export function transpose(y: usize, x: usize, rows: usize, columns: usize): void {
  const tiledRows = rows & ~3;
  for (let i: usize = 0; i < tiledRows; i += 4) {
    let x0 = at(x, i * columns);
    let x1 = at(x0, columns);
    let x2 = at(x1, columns);
    let x3 = at(x2, columns);
    let target = at(y, i);
    const end = x1;
    while (x0 < end) {
      store<Real>(target, load<Real>(x0));
      store<Real>(at(target, 1), load<Real>(x1));
      store<Real>(at(target, 2), load<Real>(x2));
      store<Real>(at(target, 3), load<Real>(x3));
      x0 = at(x0, 1);
      x1 = at(x1, 1);
      x2 = at(x2, 1);
      x3 = at(x3, 1);
      target = at(target, rows);
    }
  }
  for (let i = tiledRows; i < rows; i++) {
    for (let j: usize = 0; j < columns; j++) store<Real>(at(y, j * rows + i), load<Real>(at(x, i * columns + j)));
  }
}

/** Z = X∘Y. */
export function multiply(z: usize, x: usize, y: usize, length: usize): void {
  const end = at(z, length);
  for (; z < end; z += 32, x += 32, y += 32) {
    v128.store(z, v128.mul<Real>(v128.load(x), v128.load(y)));
    v128.store(z, v128.mul<Real>(v128.load(x, 16), v128.load(y, 16)), 16);
  }
}

/** Y = p·X. */
export function scale(y: usize, p: f64, x: usize, length: usize): void {
  const factor = v128.splat<Real>(<Real>p);
  const end = at(y, length);
  for (; y < end; y += 32, x += 32) {
    v128.store(y, v128.mul<Real>(factor, v128.load(x)));
    v128.store(y, v128.mul<Real>(factor, v128.load(x, 16)), 16);
  }
}

/** Z = p·X + q·Y. */
export function combine(z: usize, p: f64, x: usize, q: f64, y: usize, length: usize): void {
  const ps = v128.splat<Real>(<Real>p);
  const qs = v128.splat<Real>(<Real>q);
  const end = at(z, length);
  for (; z < end; z += 32, x += 32, y += 32) {
    v128.store(z, v128.add<Real>(v128.mul<Real>(ps, v128.load(x)), v128.mul<Real>(qs, v128.load(y))));
    v128.store(z, v128.add<Real>(v128.mul<Real>(ps, v128.load(x, 16)), v128.mul<Real>(qs, v128.load(y, 16))), 16);
  }
}

/** Y = X·diag(v). */
export function scaleColumns(y: usize, x: usize, v: usize, rows: usize, columns: usize): void {
  const whole = wholeVectors(columns);
  for (let i: usize = 0; i < rows; i++, y = at(y, columns), x = at(x, columns)) {
    for (let j: usize = 0; j < whole; j += LANES) {
      v128.store(at(y, j), v128.mul<Real>(v128.load(at(x, j)), v128.load(at(v, j))));
    }
    for (let j = whole; j < columns; j++) store<Real>(at(y, j), load<Real>(at(x, j)) * load<Real>(at(v, j)));
  }
}

/** Y = X + p·v·1ᵀ: adds p·v_i to every element of row i. */
export function addColumn(y: usize, x: usize, p: f64, v: usize, rows: usize, columns: usize): void {
  const whole = wholeVectors(columns);
  for (let i: usize = 0; i < rows; i++, y = at(y, columns), x = at(x, columns)) {
    const value = <Real>p * load<Real>(at(v, i));
    const values = v128.splat<Real>(value);
    for (let j: usize = 0; j < whole; j += LANES) v128.store(at(y, j), v128.add<Real>(v128.load(at(x, j)), values));
    for (let j = whole; j < columns; j++) store<Real>(at(y, j), load<Real>(at(x, j)) + value);
  }
}

/** v = the diagonal of X, n×n. */
export function diagonal(v: usize, x: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) store<Real>(at(v, i), load<Real>(at(x, i * (n + 1))));
}

/** Y = X + diag(v), n×n. */
export function addDiagonal(y: usize, x: usize, v: usize, n: usize): void {
  memory.copy(y, x, at(0, n * n));
  for (let i: usize = 0; i < n; i++) {
    const element = at(y, i * (n + 1));
    store<Real>(element, load<Real>(element) + load<Real>(at(v, i)));
  }
}

/** Y = the first `count` columns of X, rows×columns. */
export function firstColumns(y: usize, x: usize, count: usize, rows: usize, columns: usize): void {
  for (let i: usize = 0; i < rows; i++) copy(at(y, i * count), at(x, i * columns), count);
}

/** Z = X, rows×columns, with p·Y, rows×count, added to its first columns. */
export function addToFirstColumns(
  z: usize,
  x: usize,
  p: f64,
  y: usize,
  count: usize,
  rows: usize,
  columns: usize,
): void {
  const factor = v128.splat<Real>(<Real>p);
  const whole = wholeVectors(count);
  for (let i: usize = 0; i < rows; i++, z = at(z, columns), x = at(x, columns), y = at(y, count)) {
    for (let j: usize = 0; j < whole; j += LANES) {
      v128.store(at(z, j), v128.add<Real>(v128.load(at(x, j)), v128.mul<Real>(factor, v128.load(at(y, j)))));
    }
    for (let j = whole; j < count; j++) store<Real>(at(z, j), load<Real>(at(x, j)) + <Real>p * load<Real>(at(y, j)));
    copy(at(z, count), at(x, count), columns - count);
  }
}

/** Copies a row. For rows as short as ours, faster than the call of memory.copy. */
// @ts-ignore: decorator
@inline
function copy(y: usize, x: usize, length: usize): void {
  const whole = wholeVectors(length);
  for (let j: usize = 0; j < whole; j += LANES) v128.store(at(y, j), v128.load(at(x, j)));
  for (let j = whole; j < length; j++) store<Real>(at(y, j), load<Real>(at(x, j)));
}

/** The sum of the elements of X∘Y, in f64 whatever they are. Two vectors of partial sums hide the latency of the additions. */
export function dot(x: usize, y: usize, length: usize): f64 {
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  const end = at(x, length);
  const pairedEnd = at(x, length & ~3);
  for (; x < pairedEnd; x = at(x, 4), y = at(y, 4)) {
    sum0 = f64x2.add(sum0, f64x2.mul(loadPair(x), loadPair(y)));
    sum1 = f64x2.add(sum1, f64x2.mul(loadPair(at(x, 2)), loadPair(at(y, 2))));
  }
  const sums = f64x2.add(sum0, sum1);
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  for (; x < end; x = at(x, 1), y = at(y, 1)) sum += <f64>load<Real>(x) * <f64>load<Real>(y);
  return sum;
}

/** Two elements, as f64. */
// @ts-ignore: decorator
@inline
function loadPair(x: usize): v128 {
  return sizeof<Real>() == 4 ? f64x2.promote_low_f32x4(v128.load64_zero(x)) : v128.load(x);
}

/** How many of the elements fill whole vectors. */
// @ts-ignore: decorator
@inline
function wholeVectors(count: usize): usize {
  return count & ~(LANES - 1);
}

/** The address of element i. */
// @ts-ignore: decorator
@inline
function at(x: usize, i: usize): usize {
  return x + i * sizeof<Real>();
}
