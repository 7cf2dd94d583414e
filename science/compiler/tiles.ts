import {
  type Address,
  type Code,
  type FunctionBuilder,
  get,
  I32,
  i32,
  isBelow,
  type Local,
  smaller,
  store,
} from './assembly.ts';
import type { Real } from './real.ts';

/** Repeats `body` for tiles that begin at `first`, `first + tile`, ... below `size`. The last is moved up to fit. */
export function forTiles(
  f: FunctionBuilder,
  size: number,
  tile: number,
  body: (start: Local) => void,
  first: Code = [],
): void {
  const next = f.variable(I32);
  const fits = size < tile || (size % tile === 0 && first.length === 0);
  const start = fits ? next : f.variable(I32);
  f.set(next, first.length === 0 ? i32(0) : first);
  f.repeatWhile(isBelow(get(next), i32(size)), () => {
    if (!fits) f.set(start, smaller(get(next), i32(size - tile)));
    body(start);
    f.advance(next, tile);
  });
}

/** Stores the first lanes of a vector. */
export function appendStore(f: FunctionBuilder, real: Real, address: Address, vector: Local, lanes: number): void {
  if (lanes >= real.lanes) f.emit(store(address, get(vector)));
  else
    for (let lane = 0; lane < lanes; lane++) {
      f.emit(real.storeLane({ ...address, offset: address.offset + lane * real.bytes }, get(vector), lane));
    }
}
