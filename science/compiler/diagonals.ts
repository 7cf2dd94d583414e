import { type FunctionBuilder, get, i32, sum, times, V128 } from './assembly.ts';
import type { Place } from './place.ts';
import type { Real } from './real.ts';
import { appendStore, forTiles } from './tiles.ts';

/** Appends v = the diagonal of X, n×n. */
export function appendDiagonal(f: FunctionBuilder, real: Real, v: Place, x: Place, n: number): void {
  const element = f.variable(V128);
  forTiles(f, n, 1, (i) => {
    f.set(element, real.loadSplat(diagonalElement(real, x, i)));
    appendStore(f, real, { at: sum(get(v.pointer), times(get(i), i32(v.pitch))), offset: v.offset }, element, 1);
  });
}

/** Appends X += diag(v), n×n. */
export function appendAddDiagonal(f: FunctionBuilder, real: Real, x: Place, v: Place, n: number): void {
  const element = f.variable(V128);
  forTiles(f, n, 1, (i) => {
    const address = diagonalElement(real, x, i);
    const added = real.loadSplat({ at: sum(get(v.pointer), times(get(i), i32(v.pitch))), offset: v.offset });
    f.set(element, real.add(real.loadSplat(address), added));
    appendStore(f, real, address, element, 1);
  });
}

function diagonalElement(real: Real, x: Place, i: number) {
  return { at: sum(get(x.pointer), times(get(i), i32(x.pitch + real.bytes))), offset: x.offset };
}
