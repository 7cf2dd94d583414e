import {
  type Address,
  type Code,
  type FunctionBuilder,
  get,
  I32,
  i32,
  isBelow,
  type Local,
  load,
  store,
  sum,
  times,
  V128,
} from './assembly.ts';
import type { Place } from './place.ts';
import type { Real } from './real.ts';
import { forTiles } from './tiles.ts';

/** Appends Y = Xᵀ, with X rows×columns. */
export function appendTranspose(
  f: FunctionBuilder,
  real: Real,
  { y, x, rows, columns }: { y: Place; x: Place; rows: number; columns: number },
): void {
  const { lanes } = real;
  if (rows < lanes || columns < lanes) {
    appendThinTranspose(f, real, { y, x, rows, columns });
    return;
  }
  forTiles(f, rows, lanes, (i) => {
    forTiles(f, columns, lanes, (j) => appendSquare(f, real, y, x, i, j));
  });
}

/** Appends what makes C, n×n, symmetric: what is below the diagonal is copied from above it. */
export function appendMirror(f: FunctionBuilder, real: Real, c: Place, n: number): void {
  const { lanes } = real;
  const whole = n - (n % lanes);
  forTiles(f, whole, lanes, (j) => {
    const next = f.variable(I32);
    f.set(next, i32(0));
    f.while(isBelow(get(next), get(j)), () => {
      appendSquare(f, real, c, c, next, j);
      f.advance(next, lanes);
    });
    for (let row = 1; row < lanes; row++) {
      for (let column = 0; column < row; column++) {
        appendElement(
          f,
          real,
          elementAt(real, c, get(j), get(j), row, column),
          elementAt(real, c, get(j), get(j), column, row),
        );
      }
    }
  });
  for (let row = whole; row < n; row++) {
    forTiles(f, row, 1, (j) => {
      appendElement(f, real, elementAt(real, c, i32(row), get(j)), elementAt(real, c, get(j), i32(row)));
    });
  }
}

/** Y_ji = X_ijᵀ for the squares of one vector's length that begin in row i and column j of X. */
function appendSquare(f: FunctionBuilder, real: Real, y: Place, x: Place, i: Local, j: Local): void {
  const [from, to] = f.variables(I32, 2);
  f.set(from, sum(get(x.pointer), sum(times(get(i), i32(x.pitch)), times(get(j), i32(real.bytes)))));
  f.set(to, sum(get(y.pointer), sum(times(get(j), i32(y.pitch)), times(get(i), i32(real.bytes)))));
  const keep = (vector: readonly number[]) => {
    const local = f.variable(V128);
    f.set(local, vector);
    return get(local);
  };
  const rows = Array.from({ length: real.lanes }, (_, r) => {
    return keep(load({ at: get(from), offset: x.offset + r * x.pitch }));
  });
  for (const [r, column] of real.transpose(rows, keep).entries()) {
    f.emit(store({ at: get(to), offset: y.offset + r * y.pitch }, column));
  }
}

/** X or Y is too thin for squares: element by element. */
function appendThinTranspose(
  f: FunctionBuilder,
  real: Real,
  { y, x, rows, columns }: { y: Place; x: Place; rows: number; columns: number },
): void {
  forTiles(f, rows, 1, (i) => {
    forTiles(f, columns, 1, (j) => {
      appendElement(f, real, elementAt(real, y, get(j), get(i)), elementAt(real, x, get(i), get(j)));
    });
  });
}

function appendElement(f: FunctionBuilder, real: Real, to: Address, from: Address): void {
  const element = f.variable(V128);
  f.set(element, real.loadSplat(from));
  f.emit(real.storeLane(to, get(element), 0));
}

/** The element so many rows below and columns beyond that of row i and column j. */
function elementAt(real: Real, { pointer, offset, pitch }: Place, i: Code, j: Code, rows = 0, columns = 0): Address {
  const at = sum(get(pointer), sum(times(i, i32(pitch)), times(j, i32(real.bytes))));
  return { at, offset: offset + rows * pitch + columns * real.bytes };
}
