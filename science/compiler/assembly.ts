// WebAssembly by its instructions. An expression is the code that leaves its value on the stack, written like a call.

/** Instructions, encoded. */
export type Code = readonly number[];

export type ValueType = typeof I32 | typeof I64 | typeof F64 | typeof V128;

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F64 = 0x7c;
export const V128 = 0x7b;

/** A parameter or variable of a function. */
export type Local = number;

/** A place in memory: the address that the code leaves, and bytes beyond it. */
export interface Address {
  readonly at: Code;
  readonly offset: number;
}

/** A function without results, under construction. */
export class FunctionBuilder {
  readonly parameters: readonly Local[];
  readonly #types: readonly ValueType[];
  readonly #variables: ValueType[] = [];
  readonly #code: number[] = [];

  constructor(types: readonly ValueType[]) {
    this.#types = types;
    this.parameters = types.map((_, i) => i);
  }

  variable(type: ValueType): Local {
    this.#variables.push(type);
    return this.#types.length + this.#variables.length - 1;
  }

  variables(type: ValueType, count: number): Local[] {
    return Array.from({ length: count }, () => this.variable(type));
  }

  /** Appends instructions that leave nothing on the stack. */
  emit(code: Code): void {
    for (const byte of code) this.#code.push(byte);
  }

  set(local: Local, value: Code): void {
    this.emit([...value, 0x21, ...unsigned(local)]);
  }

  /** Adds to an i32. */
  advance(local: Local, by: number): void {
    if (by !== 0) this.set(local, sum(get(local), i32(by)));
  }

  /** Repeats what `body` appends: once, and again as long as the condition holds. */
  repeatWhile(condition: Code, body: () => void): void {
    this.emit([0x03, 0x40]);
    body();
    this.emit([...condition, 0x0d, 0, 0x0b]);
  }

  /** Repeats what `body` appends as long as the condition holds. */
  while(condition: Code, body: () => void): void {
    this.emit([0x02, 0x40, 0x03, 0x40, ...condition, 0x45, 0x0d, 1]);
    body();
    this.emit([0x0c, 0, 0x0b, 0x0b]);
  }

  /** Its type, as in the type section of a module. */
  get type(): Code {
    return [0x60, ...vector(this.#types.map((type) => [type])), 0];
  }

  /** Its variables and instructions, as in the code section. */
  get body(): Code {
    const content = [...vector(this.#variables.map((type) => [1, type])), ...this.#code, 0x0b];
    return [...unsigned(content.length), ...content];
  }
}

/** The module of some functions, exported by the names `0`, `1`, ..., on a memory imported as `env.memory`. */
export function moduleOf(functions: readonly FunctionBuilder[]): Uint8Array<ArrayBuffer> {
  const exported = functions.map((_, i) => [...name(`${i}`), 0, ...unsigned(i)]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(functions.map(({ type }) => type))),
    ...section(2, vector([[...name('env'), ...name('memory'), 2, 0, 0]])),
    ...section(3, vector(functions.map((_, i) => unsigned(i)))),
    ...section(7, vector(exported)),
    ...section(10, vector(functions.map(({ body }) => body))),
  ]);
}

function section(id: number, content: Code): Code {
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function name(text: string): Code {
  return vector(Array.from(text, (character) => [character.charCodeAt(0)]));
}

/** LEB128. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
  if (value >= -0x40 && value < 0x40) return [value & 0x7f];
  return [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}

function signed64(value: bigint): Code {
  if (value >= -0x40n && value < 0x40n) return [Number(value & 0x7fn)];
  return [Number(value & 0x7fn) | 0x80, ...signed64(value >> 7n)];
}

export function get(local: Local): Code {
  return [0x20, ...unsigned(local)];
}

/** Adds to an i32, and leaves it on the stack. */
export function advanced(local: Local, by: number): Code {
  return [...sum(get(local), i32(by)), 0x22, ...unsigned(local)];
}

export function i32(value: number): Code {
  return [0x41, ...signed(value)];
}

/** An f64. */
export function f64(value: number): Code {
  return [0x44, ...new Uint8Array(Float64Array.of(value).buffer)];
}

export const sum = binary([0x6a]);
export const difference = binary([0x6b]);
export const times = binary([0x6c]);
export const isBelow = binary([0x49]);

/** One where both conditions hold, zero elsewhere. */
export const both = binary([0x71]);

/** One of two values, by a condition. */
export function select(condition: Code, then: Code, otherwise: Code): Code {
  return [...then, ...otherwise, ...condition, 0x1b];
}

/** The smaller of two addresses or numbers that are not negative. */
export function smaller(a: Code, b: Code): Code {
  return select(isBelow(a, b), a, b);
}

export function loadI32({ at, offset }: Address): Code {
  return [...at, 0x28, 0, ...unsigned(offset)];
}

export function storeI32({ at, offset }: Address, value: Code): Code {
  return [...at, ...value, 0x36, 0, ...unsigned(offset)];
}

export function copyBytes(to: Code, from: Code, bytes: number): Code {
  return [...to, ...from, ...i32(bytes), 0xfc, 10, 0, 0];
}

export function loadF64({ at, offset }: Address): Code {
  return [...at, 0x2b, 0, ...unsigned(offset)];
}

export function storeF64({ at, offset }: Address, value: Code): Code {
  return [...at, ...value, 0x39, 0, ...unsigned(offset)];
}

export const sumF64 = binary([0xa0]);
export const differenceF64 = binary([0xa1]);
export const productF64 = binary([0xa2]);
export const isBelowF64 = binary([0x63]);

export function absoluteF64(value: Code): Code {
  return [...value, 0x99];
}

/** Integers of 64 bits. */
export const i64 = {
  of: (value: bigint): Code => [0x42, ...signed64(value)],
  load: ({ at, offset }: Address): Code => [...at, 0x29, 0, ...unsigned(offset)],
  store: ({ at, offset }: Address, value: Code): Code => [...at, ...value, 0x37, 0, ...unsigned(offset)],
  sum: binary([0x7c]),
  and: binary([0x83]),
  or: binary([0x84]),
  xor: binary([0x85]),
  shiftLeft: binary([0x86]),
  shiftRight: binary([0x88]),
  rotateLeft: binary([0x89]),
  toI32: (value: Code): Code => [...value, 0xa7],
  toF64: (value: Code): Code => [...value, 0xb9],
};

function binary(opcode: Code): (a: Code, b: Code) => Code {
  return (a, b) => [...a, ...b, ...opcode];
}

function simd(opcode: number, ...immediates: Code): Code {
  return [0xfd, ...unsigned(opcode), ...immediates];
}

function simdBinary(opcode: number): (a: Code, b: Code) => Code {
  return binary(simd(opcode));
}

function simdAccess(opcode: number): (address: Address) => Code {
  return ({ at, offset }) => [...at, ...simd(opcode, 0, ...unsigned(offset))];
}

export const load = simdAccess(0x00);
export const loadSplat32 = simdAccess(0x09);
export const loadSplat64 = simdAccess(0x0a);
/** Eight bytes, and zeros. */
export const loadHalf = simdAccess(0x5d);

export function store({ at, offset }: Address, value: Code): Code {
  return [...at, ...value, ...simd(0x0b, 0, ...unsigned(offset))];
}

/** Stores a 32-bit or 64-bit lane. */
export function storeLane(bytes: 4 | 8, { at, offset }: Address, value: Code, lane: number): Code {
  return [...at, ...value, ...simd(bytes === 4 ? 0x5a : 0x5b, 0, ...unsigned(offset), lane)];
}

/** 128 zero bits. */
export const ZERO: Code = simd(0x0c, ...new Array<number>(16).fill(0));

/** The bytes of two vectors that are at the given places of both together. */
export function shuffle(a: Code, b: Code, places: readonly number[]): Code {
  return [...a, ...b, ...simd(0x0d, ...places)];
}

export const and = simdBinary(0x4e);

export const f32x4 = {
  splat: (value: Code): Code => [...value, 0xb6, ...simd(0x13)],
  add: simdBinary(0xe4),
  multiply: simdBinary(0xe6),
  isGreater: simdBinary(0x44),
};

export const f64x2 = {
  splat: (value: Code): Code => [...value, ...simd(0x14)],
  add: simdBinary(0xf0),
  multiply: simdBinary(0xf2),
  isGreater: simdBinary(0x4a),
  lane: (value: Code, lane: number): Code => [...value, ...simd(0x21, lane)],
  /** The lower two of four f32. */
  promoteLower: (value: Code): Code => [...value, ...simd(0x5f)],
};

/** Lane of four f32, as f64. */
export function promotedLane(value: Code, lane: number): Code {
  return [...value, ...simd(0x1f, lane), 0xbb];
}

/** Stores an f64 as f32. */
export function storeDemoted({ at, offset }: Address, value: Code): Code {
  return [...at, ...value, 0xb6, 0x38, 0, ...unsigned(offset)];
}
