import type { AddToFirstColumns, Elementwise, Tape, Value, WholeMatrix } from '../tape.ts';
import { type Allocation, Lifetimes } from './allocation.ts';
import { copyBytes, FunctionBuilder, get, I32, i32, type Local, loadI32, moduleOf, sum } from './assembly.ts';
import { appendAddDiagonal, appendDiagonal } from './diagonals.ts';
import { appendLoop, type LoopMemory } from './loops.ts';
import type { Place } from './place.ts';
import { appendProduct, type Structure } from './products.ts';
import type { Real } from './real.ts';
import { type Step, scheduleOf } from './schedule.ts';
import { appendTranspose } from './transposes.ts';

/**
 * A tape in WebAssembly. Its functions take the address of a frame, which begins with the numbers of the tape (f64) and the
 * addresses of its inputs and outputs (i32).
 */
export interface Program {
  readonly module: WebAssembly.Module;
  /** What a run consists of: functions of the module by their names, and steps of the host by their places on the tape. */
  readonly parts: readonly ({ readonly function: string } | { readonly operation: number })[];
  readonly addressesAt: number;
  readonly frameBytes: number;
  /** Where the operands and results of host steps are: in the frame, or the input or output of that place. */
  readonly locations: ReadonlyMap<number, Location>;
}

export type Location = { readonly offset: number } | { readonly address: number };

/** A run may read that many bytes past the end of a matrix. */
export const READ_BEYOND = 32;

type ComputedStep = Exclude<Step, { name: 'compute' }>;

/** Compiles a tape for elements of one precision. */
export function compile(real: Real, tape: Tape, outputs: readonly Value[]): Program {
  const steps = scheduleOf(tape);
  const addressesAt = 8 * tape.numbers.length;
  const external = [...tape.inputs.map(({ value }) => value), ...outputs];
  const lifetimes = new Lifetimes(steps, outputs);
  const allocation = lifetimes.allocate(real, addressesAt + 4 * external.length);

  const functions: FunctionBuilder[] = [];
  const parts: Program['parts'][number][] = [];
  let batch: ComputedStep[] = [];
  const endBatch = () => {
    if (batch.length === 0) return;
    parts.push({ function: `${functions.length}` });
    functions.push(functionOf(real, batch, { external, addressesAt, lifetimes, allocation }));
    batch = [];
  };
  for (const step of steps) {
    if (step.name === 'compute') {
      endBatch();
      parts.push({ operation: tape.operations.indexOf(step) });
    } else batch.push(step);
  }
  endBatch();

  const locations = new Map<number, Location>();
  for (const value of tape.values) {
    const offset = allocation.offsets.get(value);
    const address = external.indexOf(lifetimes.finalOf(value));
    if (address >= 0) locations.set(value.id, { address });
    else if (offset !== undefined) locations.set(value.id, { offset });
  }
  return {
    module: new WebAssembly.Module(moduleOf(functions)),
    parts,
    addressesAt,
    frameBytes: allocation.end + READ_BEYOND,
    locations,
  };
}

interface Frame {
  readonly external: readonly Value[];
  readonly addressesAt: number;
  readonly lifetimes: Lifetimes;
  readonly allocation: Allocation;
}

function functionOf(real: Real, steps: readonly ComputedStep[], frame: Frame): FunctionBuilder {
  const f = new FunctionBuilder([I32]);
  const [base] = f.parameters;
  const pointers = frame.external.map((_, place) => {
    const local = f.variable(I32);
    f.set(local, loadI32({ at: get(base), offset: frame.addressesAt + 4 * place }));
    return local;
  });
  const memory = new FrameMemory(real, frame, base, pointers);
  for (const step of steps) appendStep(f, real, step, memory);
  return f;
}

/** Where everything is while a function runs. */
class FrameMemory implements LoopMemory {
  readonly #real: Real;
  readonly #frame: Frame;
  readonly #base: Local;
  readonly #pointers: ReadonlyMap<Value, Local>;

  constructor(real: Real, frame: Frame, base: Local, pointers: readonly Local[]) {
    this.#real = real;
    this.#frame = frame;
    this.#base = base;
    this.#pointers = new Map(frame.external.map((value, place) => [value, pointers[place]]));
  }

  placeOf(value: Value): Place {
    const whole = value.whole ?? value;
    const pitch = whole.columns * this.#real.bytes;
    const pointer = this.#pointers.get(this.#frame.lifetimes.finalOf(whole));
    if (pointer !== undefined) return { pointer, offset: 0, pitch };
    const offset = this.#frame.allocation.offsets.get(whole);
    if (offset === undefined) throw new TypeError('a program uses a matrix that it has no place for');
    return { pointer: this.#base, offset, pitch };
  }

  /** The place of the transposed factor of a symmetric product. */
  scratchOf(step: Step, columns: number): Place {
    const offset = this.#frame.allocation.scratch.get(step) ?? 0;
    return { pointer: this.#base, offset, pitch: columns * this.#real.bytes };
  }

  isKept(value: Value): boolean {
    return value.whole !== undefined || this.#frame.lifetimes.isKept(value);
  }

  /** Whether a result takes the place of an operand. */
  isInPlace(operand: Value, result: Value): boolean {
    return this.#frame.lifetimes.finalOf(operand) === this.#frame.lifetimes.finalOf(result);
  }

  numberAt(place: number) {
    return { at: get(this.#base), offset: 8 * place };
  }
}

function appendStep(f: FunctionBuilder, real: Real, step: ComputedStep, memory: FrameMemory): void {
  if (step.name === 'loop') {
    appendLoop(f, real, step.operations, memory);
    return;
  }
  const [x, y = x] = step.operands;
  const [to, ofX, ofY] = [step.result, x, y].map((value) => memory.placeOf(value));
  const product = (structure: Structure) => {
    const size = { rows: x.rows, inner: x.columns, columns: y.columns, structure };
    appendProduct(f, real, { c: to, a: ofX, b: ofY, ...size });
  };
  switch (step.name) {
    case 'matMul':
      product('full');
      break;
    case 'matMulLower':
      product('lower');
      break;
    case 'matMulUpper':
      product('upper');
      break;
    case 'symmetricProduct': {
      const transposed = memory.scratchOf(step, y.rows);
      appendTranspose(f, real, { y: transposed, x: ofY, rows: y.rows, columns: y.columns });
      const size = { rows: x.rows, inner: x.columns, columns: x.rows };
      appendProduct(f, real, { c: to, a: ofX, b: transposed, ...size, structure: 'symmetric' });
      break;
    }
    case 'transpose':
      appendTranspose(f, real, { y: to, x: ofX, rows: x.rows, columns: x.columns });
      break;
    case 'diagonal':
      appendDiagonal(f, real, to, ofX, x.rows);
      break;
    case 'addDiagonal':
      appendCopyUnlessInPlace(f, real, step, memory);
      appendAddDiagonal(f, real, to, ofY, x.rows);
      break;
    case 'addToFirstColumns': {
      appendCopyUnlessInPlace(f, real, step, memory);
      const first = { ...y, whole: step.result };
      const addition: Elementwise = { ...step, name: 'addMultiple', operands: [first, y], result: first };
      appendLoop(f, real, [addition], memory);
      break;
    }
  }
}

/** The result becomes a copy of the first operand, if it does not take its place. */
function appendCopyUnlessInPlace(
  f: FunctionBuilder,
  real: Real,
  { operands: [x], result }: WholeMatrix | AddToFirstColumns,
  memory: FrameMemory,
): void {
  if (memory.isInPlace(x, result)) return;
  const [from, to] = [x, result].map((value) => {
    const { pointer, offset } = memory.placeOf(value);
    return sum(get(pointer), i32(offset));
  });
  f.emit(copyBytes(to, from, x.rows * x.columns * real.bytes));
}
