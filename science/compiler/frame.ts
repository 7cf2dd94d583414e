import type { Value } from '../tape.ts';
import type { Allocation, Lifetimes } from './allocation.ts';
import { type Address, type FunctionBuilder, get, I32, type Local, loadI32 } from './assembly.ts';
import type { Place } from './place.ts';
import type { Real } from './real.ts';
import type { Step } from './schedule.ts';

/**
 * What is where in the frame of a program: the numbers of the tape, addresses, and what the program makes on the way.
 */
export interface FrameLayout {
  /** The inputs and outputs, in the order of their addresses. */
  readonly external: readonly Value[];
  readonly addressesAt: number;
  readonly lifetimes: Lifetimes;
  readonly allocation: Allocation;
}

/** Where everything is while a function runs, whose only parameter is the address of the frame. */
export class Frame {
  readonly #real: Real;
  readonly #layout: FrameLayout;
  readonly #base: Local;
  readonly #pointers: ReadonlyMap<Value, Local>;

  /** Appends to the function what loads the addresses of inputs and outputs. */
  constructor(f: FunctionBuilder, real: Real, layout: FrameLayout) {
    this.#real = real;
    this.#layout = layout;
    [this.#base] = f.parameters;
    this.#pointers = new Map(
      layout.external.map((value, place) => {
        const pointer = f.variable(I32);
        f.set(pointer, loadI32({ at: get(this.#base), offset: layout.addressesAt + 4 * place }));
        return [value, pointer];
      }),
    );
  }

  placeOf(value: Value): Place {
    const whole = value.whole ?? value;
    const pitch = whole.columns * this.#real.bytes;
    const pointer = this.#pointers.get(this.#layout.lifetimes.finalOf(whole));
    if (pointer !== undefined) return { pointer, offset: 0, pitch };
    return { pointer: this.#base, offset: offsetIn(this.#layout.allocation.offsets, whole), pitch };
  }

  /** The place of the transposed factor of a symmetric product. */
  scratchOf(step: Step, columns: number): Place {
    const offset = offsetIn(this.#layout.allocation.scratch, step);
    return { pointer: this.#base, offset, pitch: columns * this.#real.bytes };
  }

  numberAt(place: number): Address {
    return { at: get(this.#base), offset: 8 * place };
  }

  /** Whether a result is needed after its step. */
  isKept(value: Value): boolean {
    return value.whole !== undefined || this.#layout.lifetimes.isKept(value);
  }

  /** Whether a result takes the place of an operand. */
  isInPlace(operand: Value, result: Value): boolean {
    return this.#layout.lifetimes.finalOf(operand) === this.#layout.lifetimes.finalOf(result);
  }
}

function offsetIn<Key>(offsets: ReadonlyMap<Key, number>, key: Key): number {
  const offset = offsets.get(key);
  if (offset === undefined) throw new TypeError('a program uses a matrix that it has no place for');
  return offset;
}
