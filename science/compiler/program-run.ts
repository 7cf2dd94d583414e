import type { Elements } from '../matrix-backend.ts';
import type { Tape } from '../tape.ts';
import type { Program } from './compile.ts';
import type { LinearMemory } from './linear-memory.ts';

/** A program that is ready to run on its frame. */
export interface ProgramRun {
  /** The addresses of the inputs and outputs, to be set before a run. They are elsewhere once the memory has grown. */
  addresses(): Int32Array;
  /** Reads the coefficients that are functions, runs, and gives the tape its results. */
  run(): void;
}

/** What a run needs besides the program. */
interface Setting {
  readonly memory: LinearMemory;
  readonly instance: WebAssembly.Instance;
  /** The address of the frame. */
  readonly frame: number;
  readonly Elements: typeof Float32Array | typeof Float64Array;
}

/** Prepares runs of the program that a tape was compiled to, or one with the same key. */
export function programRun(tape: Tape, program: Program, setting: Setting): ProgramRun {
  const { memory, instance, frame } = setting;
  const { numbers } = tape;
  const results = new Float64Array(numbers.length);
  tape.results = results;
  const views = () => ({
    numbers: new Float64Array(memory.buffer, frame, numbers.length),
    addresses: new Int32Array(memory.buffer, frame + program.addressesAt, program.addresses),
  });
  let current = views();
  const inFrame = () => {
    if (current.numbers.buffer !== memory.buffer) current = views();
    return current;
  };
  const variable: { readonly place: number; readonly read: () => number }[] = [];
  const scalars: number[] = [];
  numbers.forEach((number, place) => {
    if (typeof number === 'number') current.numbers[place] = number;
    else if (number === undefined) scalars.push(place);
    else variable.push({ place, read: number });
  });
  const parts = program.parts.map((part) =>
    'function' in part ? instance.exports[part.function] : hostPart(tape, program, part.operation, setting),
  );
  return {
    addresses: () => inFrame().addresses,
    run() {
      for (const { place, read } of variable) inFrame().numbers[place] = read();
      for (const part of parts) part(frame);
      for (const place of scalars) results[place] = inFrame().numbers[place];
    },
  };
}

/** A step of the host. */
function hostPart(tape: Tape, program: Program, place: number, { memory, frame, Elements }: Setting): () => void {
  const operation = tape.operations[place];
  if (operation.name !== 'compute') throw new TypeError('a program asks the host for what is its own');
  const matrices = [operation.result, ...operation.operands].map((value) => {
    const location = program.locations.get(value.id);
    if (location === undefined) throw new TypeError('a program has no place for what the host needs');
    return { location, length: value.rows * value.columns };
  });
  // Within the frame, they stay where they are.
  const fixed = matrices.every(({ location }) => 'offset' in location);
  let views: readonly Elements[] = [];
  return () => {
    if (!fixed || views[0]?.buffer !== memory.buffer) {
      const addresses = new Int32Array(memory.buffer, frame + program.addressesAt, program.addresses);
      views = matrices.map(({ location, length }) => {
        const address = 'offset' in location ? frame + location.offset : addresses[location.address];
        return new Elements(memory.buffer, address, length);
      });
    }
    const [result, ...inputs] = views;
    operation.fill(result, ...inputs);
  };
}
