import type { Elementwise, Tape, Value, WholeMatrix } from '../tape.ts';
import { Lifetimes } from './allocation.ts';
import { copyBytes, FunctionBuilder, get, I32, i32, moduleOf, sum } from './assembly.ts';
import { appendAddDiagonal, appendDiagonal } from './diagonals.ts';
import { Frame, type FrameLayout } from './frame.ts';
import { appendLoop } from './loops.ts';
import { appendProduct, type Structure } from './products.ts';
import type { Real } from './real.ts';
import { type Step, scheduleOf } from './schedule.ts';
import { appendTranspose } from './transposes.ts';

/**
 * A tape in WebAssembly. Its functions take the address of a frame, which begins with the numbers of the tape (f64) and
 * the addresses of its inputs and outputs (i32).
 */
export interface Program {
  readonly module: WebAssembly.Module;
  /**
   * What a run consists of: functions of the module by their names, and steps of the host by their places on the tape.
   */
  readonly parts: readonly ({ readonly function: string } | { readonly operation: number })[];
  readonly addressesAt: number;
  /** How many these are. */
  readonly addresses: number;
  readonly frameBytes: number;
  /** Where the operands and results of host steps are: in the frame, or the input or output of that place. */
  readonly locations: ReadonlyMap<number, Location>;
}

export type Location = { readonly offset: number } | { readonly address: number };

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
    addresses: external.length,
    frameBytes: allocation.end,
    locations,
  };
}

function functionOf(real: Real, steps: readonly ComputedStep[], layout: FrameLayout): FunctionBuilder {
  const f = new FunctionBuilder([I32]);
  const frame = new Frame(f, real, layout);
  for (const step of steps) appendStep(f, real, step, frame);
  return f;
}

function appendStep(f: FunctionBuilder, real: Real, step: ComputedStep, frame: Frame): void {
  if (step.name === 'loop') {
    appendLoop(f, real, step.operations, frame);
    return;
  }
  const [x, y = x] = step.operands;
  const [to, ofX, ofY] = [step.result, x, y].map((value) => frame.placeOf(value));
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
      const transposed = frame.scratchOf(step, y.rows);
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
      appendCopyUnlessInPlace(f, real, step, frame);
      appendAddDiagonal(f, real, to, ofY, x.rows);
      break;
    case 'addToFirstColumns': {
      appendCopyUnlessInPlace(f, real, step, frame);
      const first = { ...y, whole: step.result };
      const addition: Elementwise = { ...step, name: 'addMultiple', operands: [first, y], result: first };
      appendLoop(f, real, [addition], frame);
      break;
    }
  }
}

/** The result becomes a copy of the first operand, if it does not take its place. */
function appendCopyUnlessInPlace(
  f: FunctionBuilder,
  real: Real,
  { operands: [x], result }: WholeMatrix,
  frame: Frame,
): void {
  if (frame.isInPlace(x, result)) return;
  const [from, to] = [x, result].map((value) => {
    const { pointer, offset } = frame.placeOf(value);
    return sum(get(pointer), i32(offset));
  });
  f.emit(copyBytes(to, from, x.rows * x.columns * real.bytes));
}
