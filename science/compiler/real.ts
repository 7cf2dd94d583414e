import {
  type Address,
  and,
  type Code,
  f32x4,
  f64,
  f64x2,
  load,
  loadHalf,
  loadSplat32,
  loadSplat64,
  promotedLane,
  shuffle,
  storeDemoted,
  storeF64,
  storeLane,
} from './assembly.ts';

/** The elements that a program can compute with. */
const PRECISIONS = ['float32', 'float64'] as const;

export type Precision = (typeof PRECISIONS)[number];

/** How to compute with elements of one precision, in vectors of 128 bits. */
export interface Real {
  /** Of an element. */
  readonly bytes: 4 | 8;
  /** The elements of a vector. */
  readonly lanes: number;
  /** All lanes hold an f64, rounded. */
  splat(value: Code): Code;
  /** All lanes hold the element at the address. */
  loadSplat(address: Address): Code;
  add(a: Code, b: Code): Code;
  multiply(a: Code, b: Code): Code;
  /** One where a is greater than b, and zero elsewhere. */
  isGreater(a: Code, b: Code): Code;
  /** Two neighbouring elements in memory as f64. */
  loadPair(address: Address): Code;
  /** The neighbouring elements 2k and 2k+1 of a vector as f64. */
  pair(vector: Code, k: number): Code;
  /** An element of a vector, as f64. */
  lane(vector: Code, lane: number): Code;
  storeLane(address: Address, vector: Code, lane: number): Code;
  /** Stores an f64, rounded. */
  storeElement(address: Address, value: Code): Code;
  /** The columns of a square of `lanes` rows; `keep` puts what is used twice into a variable. */
  transpose(rows: readonly Code[], keep: (vector: Code) => Code): Code[];
}

export const REALS: Readonly<Record<Precision, Real>> = {
  float32: {
    bytes: 4,
    lanes: 4,
    splat: f32x4.splat,
    loadSplat: loadSplat32,
    add: f32x4.add,
    multiply: f32x4.multiply,
    isGreater: (a, b) => and(f32x4.isGreater(a, b), f32x4.splat(f64(1))),
    loadPair: (address) => f64x2.promoteLower(loadHalf(address)),
    pair: (vector, k) => f64x2.promoteLower(k === 0 ? vector : shuffle(vector, vector, bytesOf(8, [1, 1]))),
    lane: promotedLane,
    storeLane: (address, vector, lane) => storeLane(4, address, vector, lane),
    storeElement: storeDemoted,
    transpose([r0, r1, r2, r3], keep) {
      const low01 = keep(shuffle(r0, r1, bytesOf(4, [0, 4, 1, 5])));
      const high01 = keep(shuffle(r0, r1, bytesOf(4, [2, 6, 3, 7])));
      const low23 = keep(shuffle(r2, r3, bytesOf(4, [0, 4, 1, 5])));
      const high23 = keep(shuffle(r2, r3, bytesOf(4, [2, 6, 3, 7])));
      return [
        shuffle(low01, low23, bytesOf(8, [0, 2])),
        shuffle(low01, low23, bytesOf(8, [1, 3])),
        shuffle(high01, high23, bytesOf(8, [0, 2])),
        shuffle(high01, high23, bytesOf(8, [1, 3])),
      ];
    },
  },
  float64: {
    bytes: 8,
    lanes: 2,
    splat: f64x2.splat,
    loadSplat: loadSplat64,
    add: f64x2.add,
    multiply: f64x2.multiply,
    isGreater: (a, b) => and(f64x2.isGreater(a, b), f64x2.splat(f64(1))),
    loadPair: load,
    pair: (vector) => vector,
    lane: f64x2.lane,
    storeLane: (address, vector, lane) => storeLane(8, address, vector, lane),
    storeElement: storeF64,
    transpose: ([r0, r1]) => [shuffle(r0, r1, bytesOf(8, [0, 2])), shuffle(r0, r1, bytesOf(8, [1, 3]))],
  },
};

/** The places of the bytes of elements, by the places of these. */
function bytesOf(size: number, places: readonly number[]): number[] {
  return places.flatMap((place) => Array.from({ length: size }, (_, i) => size * place + i));
}
