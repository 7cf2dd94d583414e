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

/** Repeats `body` for tiles that begin at 0, `tile`, ... below `limit`: the last one overlaps the one before it, so that it fits. */
export function forTiles(
  f: FunctionBuilder,
  size: number,
  tile: number,
  limit: Code,
  body: (start: Local) => void,
): void {
  const next = f.variable(I32);
  const start = size % tile === 0 || size < tile ? next : f.variable(I32);
  f.set(next, i32(0));
  f.repeatWhile(isBelow(get(next), limit), () => {
    if (start !== next) f.set(start, smaller(get(next), i32(size - tile)));
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
