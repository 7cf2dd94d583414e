import type { Dot, Elementwise, Value } from '../tape.ts';
import {
  type Address,
  type Code,
  F64,
  type FunctionBuilder,
  f64x2,
  get,
  I32,
  i32,
  isBelow,
  type Local,
  load,
  loadF64,
  productF64,
  storeF64,
  sum,
  sumF64,
  V128,
  ZERO,
} from './assembly.ts';
import { Chunk } from './chunk.ts';
import type { Frame } from './frame.ts';
import type { Real } from './real.ts';
import { CHUNK, elementwiseOperands, isFlat } from './schedule.ts';
import { appendStore, forTiles } from './tiles.ts';

/** Appends a loop: elements are computed four at a time, and what is needed only within the loop is never stored. */
export function appendLoop(
  f: FunctionBuilder,
  real: Real,
  operations: readonly (Elementwise | Dot)[],
  frame: Frame,
): void {
  new LoopWriter(f, real, operations, frame).append();
}

/** An address that goes through a matrix. */
interface Cursor {
  readonly local: Local;
  readonly pitch: number;
}

class LoopWriter {
  readonly #f: FunctionBuilder;
  readonly #real: Real;
  readonly #operations: readonly (Elementwise | Dot)[];
  readonly #frame: Frame;
  readonly #rows: number;
  readonly #columns: number;
  /** Through elements; matrices that begin at one pointer and have rows of one length share it. */
  readonly #cursors = new Map<string, Cursor>();
  /** Through vectors of an element a row, and of an element a column. */
  readonly #byRow = new Map<Value, Cursor>();
  readonly #byColumn = new Map<Value, Local>();
  /** Coefficients in all lanes, and what addColumn adds in the current row. */
  readonly #factors = new Map<number, Local>();
  readonly #added = new Map<Elementwise, Local>();
  readonly #sums = new Map<Dot, readonly Local[]>();

  constructor(f: FunctionBuilder, real: Real, operations: readonly (Elementwise | Dot)[], frame: Frame) {
    this.#f = f;
    this.#real = real;
    this.#operations = operations;
    this.#frame = frame;
    const { rows, columns } = operations[0].operands[0];
    const flat = isFlat(operations);
    this.#rows = flat ? 1 : rows;
    this.#columns = flat ? rows * columns : columns;
  }

  append(): void {
    const f = this.#f;
    for (const operation of this.#operations) this.#begin(operation);
    const rest = this.#columns % CHUNK;
    const row = () => {
      this.#beginRow();
      this.#appendChunks(this.#columns - rest);
      if (rest > 0 && this.#sums.size === 0) this.#appendChunk(rest);
    };
    if (this.#rows === 1) row();
    else {
      forTiles(f, this.#rows, 1, () => {
        row();
        for (const { local, pitch } of this.#cursors.values())
          f.advance(local, pitch - this.#bytes(this.#columns - rest));
        for (const { local, pitch } of this.#byRow.values()) f.advance(local, pitch);
      });
    }
    this.#appendScalars(rest);
  }

  #bytes(elements: number): number {
    return elements * this.#real.bytes;
  }

  /** Appends what an operation needs before the first row. */
  #begin(operation: Elementwise | Dot): void {
    const f = this.#f;
    if (operation.name === 'dot') {
      const sums = f.variables(V128, 2);
      for (const local of sums) f.set(local, ZERO);
      this.#sums.set(operation, sums);
    } else {
      for (const place of operation.coefficients) {
        const factor = f.variable(V128);
        f.set(factor, this.#real.splat(loadF64(this.#frame.numberAt(place))));
        this.#factors.set(place, factor);
      }
      if (this.#frame.isKept(operation.result)) this.#beginCursor(operation.result);
    }
    for (const value of elementwiseOperands(operation)) if (!this.#isMade(value)) this.#beginCursor(value);
    if (operation.name === 'addColumn') {
      const [, vector] = operation.operands;
      const { pointer, pitch } = this.#frame.placeOf(vector);
      this.#byRow.set(vector, { local: this.#variable(I32, get(pointer)), pitch });
      this.#added.set(operation, f.variable(V128));
    }
    if (operation.name === 'scaleColumns') this.#byColumn.set(operation.operands[1], f.variable(I32));
  }

  #isMade(value: Value): boolean {
    return this.#operations.some((operation) => operation.name !== 'dot' && operation.result === value);
  }

  #beginCursor(value: Value): void {
    const { pointer, pitch } = this.#frame.placeOf(value);
    const key = `${pointer}/${pitch}`;
    if (!this.#cursors.has(key)) this.#cursors.set(key, { local: this.#variable(I32, get(pointer)), pitch });
  }

  #beginRow(): void {
    for (const [vector, local] of this.#byColumn) this.#f.set(local, get(this.#frame.placeOf(vector).pointer));
    for (const [operation, local] of this.#added) {
      const [, vector] = operation.operands;
      const at = get(foundIn(this.#byRow, vector).local);
      const value = this.#real.loadSplat({ at, offset: this.#frame.placeOf(vector).offset });
      this.#f.set(local, this.#real.multiply(this.#factor(operation, 0), value));
    }
  }

  #appendChunks(elements: number): void {
    if (elements === 0) return;
    const f = this.#f;
    const [{ local: first }] = this.#cursors.values();
    const end = this.#variable(I32, sum(get(first), i32(this.#bytes(elements))));
    f.repeatWhile(isBelow(get(first), get(end)), () => {
      const chunk = this.#appendChunk(CHUNK);
      for (const [{ operands }, sums] of this.#sums) {
        const [x, y] = operands.map((value) => chunk.pairsOf(value));
        for (const [k, local] of sums.entries()) f.set(local, f64x2.add(get(local), f64x2.multiply(x[k], y[k])));
      }
      for (const { local } of this.#cursors.values()) f.advance(local, this.#bytes(CHUNK));
      for (const local of this.#byColumn.values()) f.advance(local, this.#bytes(CHUNK));
    });
  }

  /** Appends what computes so many elements. */
  #appendChunk(elements: number): Chunk {
    const count = Math.ceil(elements / this.#real.lanes);
    const chunk = new Chunk(this.#f, this.#real, count, (value, v) => load(this.#elementAt(value, v)));
    for (const operation of this.#operations) {
      if (operation.name === 'dot') continue;
      const vectors = Array.from({ length: count }, (_, v) =>
        this.#variable(V128, this.#elements(operation, chunk, v)),
      );
      chunk.set(operation.result, vectors);
      if (!this.#frame.isKept(operation.result)) continue;
      vectors.forEach((local, v) => {
        const address = this.#elementAt(operation.result, v);
        appendStore(this.#f, this.#real, address, local, elements - v * this.#real.lanes);
      });
    }
    return chunk;
  }

  #elementAt(value: Value, v: number): Address {
    const { pointer, offset, pitch } = this.#frame.placeOf(value);
    return { at: get(foundIn(this.#cursors, `${pointer}/${pitch}`).local), offset: offset + 16 * v };
  }

  /** A vector of the elements of a result. */
  #elements(operation: Elementwise, chunk: Chunk, v: number): Code {
    const { add, multiply, isGreater } = this.#real;
    const [x, y = x] = elementwiseOperands(operation).map((value) => get(chunk.vectorsOf(value)[v]));
    switch (operation.name) {
      case 'multiply':
        return multiply(x, y);
      case 'scale':
        return multiply(this.#factor(operation, 0), x);
      case 'combine':
        return add(multiply(this.#factor(operation, 0), x), multiply(this.#factor(operation, 1), y));
      case 'addMultiple':
        return add(x, multiply(this.#factor(operation, 0), y));
      case 'scaleColumns': {
        const [, vector] = operation.operands;
        const at = get(foundIn(this.#byColumn, vector));
        return multiply(x, load({ at, offset: this.#frame.placeOf(vector).offset + 16 * v }));
      }
      case 'addColumn':
        return add(x, get(foundIn(this.#added, operation)));
      case 'isPositive':
        return isGreater(x, ZERO);
    }
  }

  #factor({ coefficients }: Elementwise, k: number): Code {
    return get(foundIn(this.#factors, coefficients[k]));
  }

  /**
   * Appends the end of scalar products: the four sums are added, and then what the remaining elements give, one by one.
   */
  #appendScalars(rest: number): void {
    if (this.#sums.size === 0) return;
    const totals = Array.from(this.#sums, ([dot, [first, second]]) => {
      const both = get(this.#variable(V128, f64x2.add(get(first), get(second))));
      return { dot, total: this.#variable(F64, sumF64(f64x2.lane(both, 0), f64x2.lane(both, 1))) };
    });
    const chunk = rest > 0 ? this.#appendChunk(rest) : undefined;
    for (const { dot, total } of totals) {
      for (let k = 0; chunk !== undefined && k < rest; k++) {
        const [x, y] = dot.operands.map((value) => {
          return this.#real.lane(get(chunk.vectorsOf(value)[Math.floor(k / this.#real.lanes)]), k % this.#real.lanes);
        });
        this.#f.set(total, sumF64(get(total), productF64(x, y)));
      }
      this.#f.emit(storeF64(this.#frame.numberAt(dot.scalar), get(total)));
    }
  }

  #variable(type: typeof I32 | typeof F64 | typeof V128, value: Code): Local {
    const local = this.#f.variable(type);
    this.#f.set(local, value);
    return local;
  }
}

function foundIn<Key, Found>(known: ReadonlyMap<Key, Found>, key: Key): Found {
  const value = known.get(key);
  if (value === undefined) throw new TypeError('a loop was begun without all that it needs');
  return value;
}
