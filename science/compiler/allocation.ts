import type { Value } from '../tape.ts';
import { Blocks } from './blocks.ts';
import type { Real } from './real.ts';
import { operationsOf, type Step } from './schedule.ts';

/** Where a program keeps what it makes on the way, in bytes from the beginning of its frame. */
export interface Allocation {
  /** Of results that outlive their step and are no outputs. */
  readonly offsets: ReadonlyMap<Value, number>;
  /** Of the transposed factor that a symmetric product needs. */
  readonly scratch: ReadonlyMap<Step, number>;
  /** The end of it all. */
  readonly end: number;
}

/** What becomes of the results of a program. */
export class Lifetimes {
  readonly #steps: readonly Step[];
  readonly #outputs: ReadonlySet<Value>;
  readonly #made = new Map<Value, number>();
  readonly #lastUse = new Map<Value, number>();
  /** The result that takes the place of an operand. */
  readonly #successor = new Map<Value, Value>();

  constructor(steps: readonly Step[], outputs: readonly Value[]) {
    this.#steps = steps;
    this.#outputs = new Set(outputs);
    steps.forEach((step, index) => {
      for (const operation of operationsOf(step)) {
        for (const value of operation.operands) this.#lastUse.set(value.whole ?? value, index);
        if (operation.name !== 'dot') this.#made.set(operation.result, index);
      }
    });
    steps.forEach((step, index) => {
      if (step.name !== 'addDiagonal' && step.name !== 'addToFirstColumns') return;
      const [x, y] = step.operands;
      const dies = this.#made.has(x) && !this.#outputs.has(x) && this.#lastUse.get(x) === index && y !== x;
      if (dies) this.#successor.set(x, step.result);
    });
  }

  /** Whether a result is needed after the step that makes it. */
  isKept(value: Value): boolean {
    return this.#outputs.has(value) || (this.#lastUse.get(value) ?? -1) > (this.#made.get(value) ?? -1);
  }

  /**
   * The last value in the place of this one: an operation may add to its operand in place, if nothing else needs it.
   */
  finalOf(value: Value): Value {
    const successor = this.#successor.get(value);
    return successor === undefined ? value : this.finalOf(successor);
  }

  /**
   * Gives each result that needs it a place from `start` on. What is needed no longer makes room for what comes next.
   */
  allocate(real: Real, start: number): Allocation {
    const blocks = new Blocks(start);
    const offsets = new Map<Value, number>();
    const scratch = new Map<Step, number>();
    this.#steps.forEach((step, index) => {
      const results = operationsOf(step).flatMap((operation) => (operation.name === 'dot' ? [] : [operation.result]));
      for (const value of results) {
        const final = this.finalOf(value);
        const needsPlace = step.name !== 'loop' || this.isKept(value);
        if (!needsPlace || this.#outputs.has(final)) continue;
        const offset = offsets.get(final) ?? blocks.take(bytesOf(real, value));
        offsets.set(value, offset).set(final, offset);
      }
      if (step.name === 'symmetricProduct') {
        const bytes = bytesOf(real, step.operands[1]);
        const place = blocks.take(bytes);
        scratch.set(step, place);
        blocks.giveBack(place, bytes);
      }
      const used = new Set([
        ...results,
        ...operationsOf(step).flatMap(({ operands }) => operands.map((x) => x.whole ?? x)),
      ]);
      for (const value of used) {
        const offset = offsets.get(value);
        const ends = (this.#lastUse.get(value) ?? index) <= index && this.finalOf(value) === value;
        if (offset !== undefined && ends) blocks.giveBack(offset, bytesOf(real, value));
      }
    });
    return { offsets, scratch, end: blocks.end };
  }
}

function bytesOf(real: Real, { rows, columns }: Value): number {
  return rows * columns * real.bytes;
}
