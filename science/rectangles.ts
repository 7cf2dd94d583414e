import {
  absoluteF64,
  both,
  type Code,
  differenceF64,
  F64,
  FunctionBuilder,
  f64,
  get,
  I32,
  I64,
  i32,
  i64,
  isBelow,
  isBelowF64,
  type Local,
  loadF64,
  loadI32,
  moduleOf,
  productF64,
  select,
  storeF64,
  storeI32,
  sum,
  times,
} from './compiler/assembly.ts';
import { LinearMemory } from './compiler/linear-memory.ts';

// Offsets in the frame of the program: the state of the generator (two i64), the addresses of the number to draw next
// and of the end (i32), a uniform number, the edges of the layers and the numbers (f64).
const STATE = 0;
const NEXT = 16;
const END = 20;
const UNIFORM = 24;
const EDGES = 32;

const NUMBER_BYTES = 8;
/** Of a uniform number: those that choose the place in a layer. The 7 above them choose the layer. */
const PLACE_BITS = 46n;

let module: WebAssembly.Module | undefined;

/**
 * The quick part of the ziggurat method in WebAssembly: it draws the numbers that lie within the rectangles of the
 * layers, 98 in 100, several times as fast as JavaScript.
 */
export class Rectangles {
  readonly numbers: Float64Array;
  readonly #numbersAt: number;
  /** The state and the two addresses. */
  readonly #words: Int32Array;
  readonly #uniform: Float64Array;
  readonly #drawNumbers: () => void;
  readonly #drawUniform: () => void;

  /**
   * @param edges Right edges of the layers, from the lowest up.
   * @param count How many numbers there are.
   */
  constructor(edges: Float64Array, count: number) {
    const memory = new LinearMemory();
    const numbersBegin = EDGES + edges.byteLength;
    const frame = memory.take(numbersBegin + NUMBER_BYTES * count);
    const { buffer } = memory;
    this.#numbersAt = frame + numbersBegin;
    this.#words = new Int32Array(buffer, frame + STATE, 6);
    this.#uniform = new Float64Array(buffer, frame + UNIFORM, 1);
    new Float64Array(buffer, frame + EDGES, edges.length).set(edges);
    this.numbers = new Float64Array(buffer, this.#numbersAt, count);
    module ??= new WebAssembly.Module(moduleOf([numbersFunction(), uniformFunction()]));
    const [drawNumbers, drawUniform] = Object.values(memory.instantiate(module).exports);
    this.#drawNumbers = () => drawNumbers(frame);
    this.#drawUniform = () => drawUniform(frame);
  }

  /** The state of the stream that it draws from, see `RandomStream`. */
  get state(): readonly number[] {
    const [low0, high0, low1, high1] = this.#words;
    return [high0, low0, high1, low1];
  }

  set state([high0, low0, high1, low1]) {
    this.#words.set([low0, high0, low1, high1]);
  }

  /** The next number of the stream, uniform on [0, 1). */
  uniform(): number {
    this.#drawUniform();
    return this.#uniform[0];
  }

  /**
   * Draws the numbers from a place on, up to the first that lies beyond the rectangle of its layer, and nothing of
   * that.
   * @returns its place, or the end.
   */
  drawFrom(place: number): number {
    if (place === this.numbers.length) return place;
    this.#words[NEXT / 4] = this.#numbersAt + NUMBER_BYTES * place;
    this.#words[END / 4] = this.#numbersAt + this.numbers.byteLength;
    this.#drawNumbers();
    return (this.#words[NEXT / 4] - this.#numbersAt) / NUMBER_BYTES;
  }
}

function numbersFunction(): FunctionBuilder {
  const f = new FunctionBuilder([I32]);
  const [frame] = f.parameters;
  const [next, layer] = f.variables(I32, 2);
  const before = f.variables(I64, 2);
  const bits = f.variable(I64);
  const [x, inner] = f.variables(F64, 2);
  const state = loadedState(f, frame);
  const isWithin = isBelowF64(absoluteF64(get(x)), get(inner));
  const isBeforeEnd = isBelow(get(next), loadI32({ at: get(frame), offset: END }));

  f.set(next, loadI32({ at: get(frame), offset: NEXT }));
  f.repeatWhile(both(isWithin, isBeforeEnd), () => {
    before.forEach((word, i) => {
      f.set(word, get(state[i]));
    });
    f.set(bits, nextBits(f, state));
    f.set(layer, i64.toI32(i64.shiftRight(get(bits), i64.of(PLACE_BITS))));
    const edge = { at: sum(get(frame), times(get(layer), i32(8))), offset: EDGES };
    const place = i64.toF64(i64.and(get(bits), i64.of((1n << PLACE_BITS) - 1n)));
    const fromMinusOneToOne = differenceF64(productF64(place, f64(2 / Number(1n << PLACE_BITS))), f64(1));
    f.set(x, productF64(fromMinusOneToOne, loadF64(edge)));
    f.set(inner, loadF64({ ...edge, offset: EDGES + 8 }));
    f.emit(storeF64({ at: get(next), offset: 0 }, get(x)));
    f.advance(next, NUMBER_BYTES);
  });
  const missing = sum(get(next), i32(-NUMBER_BYTES));
  f.emit(storeI32({ at: get(frame), offset: NEXT }, select(isWithin, get(next), missing)));
  storeState(
    f,
    frame,
    state.map((word, i) => select(isWithin, get(word), get(before[i]))),
  );
  return f;
}

function uniformFunction(): FunctionBuilder {
  const f = new FunctionBuilder([I32]);
  const [frame] = f.parameters;
  const state = loadedState(f, frame);
  const number = productF64(i64.toF64(nextBits(f, state)), f64(1 / Number(1n << 53n)));
  f.emit(storeF64({ at: get(frame), offset: UNIFORM }, number));
  storeState(f, frame, state.map(get));
  return f;
}

function loadedState(f: FunctionBuilder, frame: Local): Local[] {
  const state = f.variables(I64, 2);
  state.forEach((word, i) => {
    f.set(word, i64.load({ at: get(frame), offset: STATE + 8 * i }));
  });
  return state;
}

function storeState(f: FunctionBuilder, frame: Local, words: readonly Code[]): void {
  words.forEach((word, i) => {
    f.emit(i64.store({ at: get(frame), offset: STATE + 8 * i }, word));
  });
}

/** The 53 bits of a uniform number: the lower 26 of a word of the generator, and the lower 27 of the next. */
function nextBits(f: FunctionBuilder, state: readonly Local[]): Code {
  const [upper, lower] = f.variables(I64, 2);
  f.set(upper, lowerBits(26n, state));
  advance(f, state);
  f.set(lower, lowerBits(27n, state));
  advance(f, state);
  return i64.or(i64.shiftLeft(get(upper), i64.of(27n)), get(lower));
}

function lowerBits(count: bigint, [s0, s1]: readonly Local[]): Code {
  return i64.and(i64.sum(get(s0), get(s1)), i64.of((1n << count) - 1n));
}

/** A step of xoroshiro128+ (Blackman and Vigna, 2018). */
function advance(f: FunctionBuilder, [s0, s1]: readonly Local[]): void {
  f.set(s1, i64.xor(get(s1), get(s0)));
  const mixed = i64.xor(get(s1), i64.shiftLeft(get(s1), i64.of(16n)));
  f.set(s0, i64.xor(i64.rotateLeft(get(s0), i64.of(24n)), mixed));
  f.set(s1, i64.rotateLeft(get(s1), i64.of(37n)));
}
