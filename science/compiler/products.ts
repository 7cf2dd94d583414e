import {
  type Address,
  advanced,
  type Code,
  difference,
  F64,
  type FunctionBuilder,
  f64x2,
  get,
  I32,
  i32,
  isBelow,
  type Local,
  load,
  productF64,
  sum,
  sumF64,
  times,
  V128,
  ZERO,
} from './assembly.ts';
import type { Place } from './place.ts';
import type { Real } from './real.ts';
import { appendStore, forTiles } from './tiles.ts';
import { appendMirror } from './transposes.ts';

/** What is known of the right factor, or of the product. */
export type Structure = 'full' | 'lower' | 'upper' | 'symmetric';

/** C = A·B, with A rows×inner and B inner×columns. */
export interface Product {
  readonly c: Place;
  readonly a: Place;
  readonly b: Place;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly structure: Structure;
}

const TILE_ROWS = 4;
/** Vectors of a tile of C: with those of A and B that it needs, all stay in the sixteen registers of x86-64. */
const TILE_VECTORS = 8;

/**
 * Appends a product. An element is the sum over k = 0, 1, ... of a_ik·b_kj from 0, in this order, without the k for
 * which the structure makes b_kj zero. A product with one column is summed in f64 (`appendMatrixVector`).
 */
export function appendProduct(f: FunctionBuilder, real: Real, product: Product): void {
  const { rows, columns, structure } = product;
  const { height, width } = tileOf(real, rows, columns);
  if (columns === 1 && structure === 'full') appendMatrixVector(f, real, product);
  else if (structure === 'symmetric' && rows >= Math.max(TILE_ROWS, 2 * real.lanes)) {
    appendUpperTiles(f, real, product, height, width);
    appendMirror(f, real, product.c, rows);
  } else {
    appendTiles(f, real, structure === 'symmetric' ? { ...product, structure: 'full' } : product, height, width);
  }
}

/** The size of the tiles that C is computed in. The width is whole vectors, so it may be more than C has. */
function tileOf(real: Real, rows: number, columns: number): { height: number; width: number } {
  const height = Math.min(TILE_ROWS, rows);
  const vectors = Math.min(Math.floor(TILE_VECTORS / height), Math.ceil(columns / real.lanes));
  return { height, width: vectors * real.lanes };
}

function appendTiles(f: FunctionBuilder, real: Real, product: Product, height: number, width: number): void {
  const { rows, inner, columns, structure } = product;
  forTiles(f, columns, width, (j) => {
    const from = structure === 'lower' ? get(j) : i32(0);
    const to = structure === 'upper' && width <= columns ? sum(get(j), i32(width)) : i32(inner);
    forTiles(f, rows, height, (i) => appendTile(f, real, product, { height, width, i, j, from, to }));
  });
}

/** The tiles on the diagonal of C, rows×rows, and above it. */
function appendUpperTiles(f: FunctionBuilder, real: Real, product: Product, height: number, width: number): void {
  const { rows, inner } = product;
  forTiles(f, rows, height, (i) => {
    const append = (j: Local) => appendTile(f, real, product, { height, width, i, j, from: i32(0), to: i32(inner) });
    forTiles(f, rows, width, append, get(i));
  });
}

/** A tile of C. */
interface Tile {
  readonly height: number;
  readonly width: number;
  /** Its first row and column. */
  readonly i: Local;
  readonly j: Local;
  /** The rows of B that are summed over. */
  readonly from: Code;
  readonly to: Code;
}

function appendTile(f: FunctionBuilder, real: Real, { c, a, b, columns }: Product, tile: Tile): void {
  const { height, width, i, j, from, to } = tile;
  const vectors = width / real.lanes;
  const column = times(get(j), i32(real.bytes));
  const [left, right, end, target] = f.variables(I32, 4);
  const sums = Array.from({ length: height }, () => f.variables(V128, vectors));
  const ofB = f.variables(V128, vectors);
  const ofA = f.variable(V128);

  for (const local of sums.flat()) f.set(local, ZERO);
  f.set(left, sum(sum(get(a.pointer), times(get(i), i32(a.pitch))), times(from, i32(real.bytes))));
  f.set(end, sum(get(left), times(difference(to, from), i32(real.bytes))));
  f.set(right, sum(sum(get(b.pointer), column), times(from, i32(b.pitch))));
  f.repeatWhile(isBelow(advanced(left, real.bytes), get(end)), () => {
    for (const [v, local] of ofB.entries()) f.set(local, load({ at: get(right), offset: b.offset + 16 * v }));
    sums.forEach((row, r) => {
      f.set(ofA, real.loadSplat({ at: get(left), offset: a.offset + r * a.pitch }));
      for (const [v, local] of row.entries()) f.set(local, real.add(get(local), real.multiply(get(ofA), get(ofB[v]))));
    });
    f.advance(right, b.pitch);
  });
  f.set(target, sum(sum(get(c.pointer), times(get(i), i32(c.pitch))), column));
  sums.forEach((row, r) => {
    row.forEach((local, v) => {
      const address = { at: get(target), offset: c.offset + r * c.pitch + 16 * v };
      appendStore(f, real, address, local, columns - v * real.lanes);
    });
  });
}

/** Appends C = A·b, each element a scalar product in f64: see `appendScalarProducts`. */
function appendMatrixVector(f: FunctionBuilder, real: Real, { c, a, b, rows, inner }: Product): void {
  const height = Math.min(TILE_ROWS, rows);
  forTiles(f, rows, height, (i) => {
    const [left, target] = f.variables(I32, 2);
    f.set(left, sum(get(a.pointer), times(get(i), i32(a.pitch))));
    f.set(target, sum(get(c.pointer), times(get(i), i32(c.pitch))));
    const lefts = Array.from({ length: height }, (_, r) => ({ at: get(left), offset: a.offset + r * a.pitch }));
    appendScalarProducts(f, real, lefts, { at: get(b.pointer), offset: b.offset }, inner).forEach((value, r) => {
      f.emit(real.storeElement({ at: get(target), offset: c.offset + r * c.pitch }, value));
    });
  });
}

/**
 * Appends the scalar products of rows of `length` elements with a vector, in f64 whatever the elements are: the sums of
 * the elements 4k, 4k+1, 4k+2 and 4k+3, of which the first and third, and the second and fourth are added, then these
 * two, and then what remains of the elements, one by one.
 */
function appendScalarProducts(
  f: FunctionBuilder,
  real: Real,
  rows: readonly Address[],
  vector: Address,
  length: number,
): Code[] {
  const position = f.variable(I32);
  const sums = rows.map(() => f.variables(V128, 2));
  const ofVector = f.variables(V128, 2);
  const whole = length - (length % 4);
  const at = (address: Address, element: number) => {
    return { at: sum(address.at, get(position)), offset: address.offset + element * real.bytes };
  };
  for (const local of sums.flat()) f.set(local, ZERO);
  f.set(position, i32(0));
  if (whole > 0) {
    f.repeatWhile(isBelow(get(position), i32(whole * real.bytes)), () => {
      for (const [k, local] of ofVector.entries()) f.set(local, real.loadPair(at(vector, 2 * k)));
      rows.forEach((row, r) => {
        ofVector.forEach((local, k) => {
          const product = f64x2.multiply(real.loadPair(at(row, 2 * k)), get(local));
          f.set(sums[r][k], f64x2.add(get(sums[r][k]), product));
        });
      });
      f.advance(position, 4 * real.bytes);
    });
  }
  const left = f.variable(V128);
  return rows.map((row, r) => {
    f.set(left, f64x2.add(get(sums[r][0]), get(sums[r][1])));
    let total = sumF64(f64x2.lane(get(left), 0), f64x2.lane(get(left), 1));
    for (let k = 0; k < length - whole; k++) {
      const element = (address: Address) => f64x2.lane(real.loadPair(at(address, k)), 0);
      total = sumF64(total, productF64(element(row), element(vector)));
    }
    const value = f.variable(F64);
    f.set(value, total);
    return get(value);
  });
}
