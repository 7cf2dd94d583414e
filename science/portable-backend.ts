import { compile, type Program, READ_BEYOND } from './compiler/compile.ts';
import { type Precision, REALS } from './compiler/real.ts';
import type { Matrix } from './matrix.ts';
import {
  type BackendMatrix,
  type Coefficient,
  type Elements,
  FLOAT32_EPSILON,
  type MatrixBackend,
  type Operations,
  type Scalar,
  type Size,
} from './matrix-backend.ts';
import { type HostStep, Tape, type Value } from './tape.ts';

const PAGE_BYTES = 65536;
/** Blocks of memory begin at multiples of this, and have a multiple of it for size. */
const ALIGNMENT = 32;
const FREED = -1;

class MemoryMatrix implements BackendMatrix {
  readonly rows: number;
  readonly columns: number;
  address: number;

  constructor({ rows, columns }: Size, address: number) {
    this.rows = rows;
    this.columns = columns;
    this.address = address;
  }

  get length(): number {
    return this.rows * this.columns;
  }
}

/** Opens the portable backend: WebAssembly that is compiled for each computation, with the same bits on every processor. */
export function openPortableBackend(precision: Precision): MatrixBackend {
  return new PortableBackend(precision);
}

class PortableBackend implements MatrixBackend {
  readonly epsilon: number;
  readonly #precision: Precision;
  readonly #Elements: typeof Float32Array | typeof Float64Array;
  readonly #memory = new WebAssembly.Memory({ initial: 1 });
  /** The first address never used. */
  #end = ALIGNMENT;
  /** Addresses that were freed, by the bytes that they have room for: a training step reuses those of the step before. */
  readonly #free = new Map<number, number[]>();
  /** What the innermost `tidy` has made so far. */
  #made: MemoryMatrix[] | undefined;
  readonly #instances = new Map<Program, WebAssembly.Instance>();

  constructor(precision: Precision) {
    const single = precision === 'float32';
    this.#precision = precision;
    this.epsilon = single ? FLOAT32_EPSILON : Number.EPSILON;
    this.#Elements = single ? Float32Array : Float64Array;
  }

  upload({ rows, columns, values }: Matrix): BackendMatrix {
    const x = this.#matrix({ rows, columns });
    this.#view(x.address, x.length).set(values);
    return x;
  }

  download(x: BackendMatrix): Matrix {
    const { rows, columns, address, length } = own(x);
    return { rows, columns, values: new Float64Array(this.#view(address, length)) };
  }

  dispose(...matrices: readonly BackendMatrix[]): void {
    for (const matrix of matrices) this.#release(own(matrix));
  }

  tidy<Result extends Readonly<Record<string, BackendMatrix | number>>>(work: () => Result): Result {
    const outer = this.#made;
    const made: MemoryMatrix[] = [];
    this.#made = made;
    let kept: readonly unknown[] = [];
    try {
      const result = work();
      kept = Object.values(result);
      return result;
    } finally {
      this.#made = outer;
      for (const matrix of made) {
        if (kept.includes(matrix)) outer?.push(matrix);
        else this.#release(matrix);
      }
    }
  }

  prepare(
    sizes: readonly Size[],
    computation: (operations: Operations, inputs: readonly BackendMatrix[]) => readonly BackendMatrix[],
  ): (inputs: readonly BackendMatrix[]) => readonly BackendMatrix[] {
    const tape = new Tape();
    const parameters = sizes.map((size) => tape.parameter(size));
    const outputs = computation(tape, parameters).map((matrix) => tape.ownMatrix(matrix));
    const program = programOf(this.#precision, tape, outputs);
    return this.#runner(tape, outputs, program, this.#take(program.frameBytes));
  }

  matMul(x: BackendMatrix, y: BackendMatrix): BackendMatrix {
    return this.#once((tape) => tape.matMul(x, y));
  }

  matMulLower(x: BackendMatrix, lower: BackendMatrix): BackendMatrix {
    return this.#once((tape) => tape.matMulLower(x, lower));
  }

  matMulUpper(x: BackendMatrix, upper: BackendMatrix): BackendMatrix {
    return this.#once((tape) => tape.matMulUpper(x, upper));
  }

  symmetricProduct(x: BackendMatrix, y: BackendMatrix): BackendMatrix {
    return this.#once((tape) => tape.symmetricProduct(x, y));
  }

  transpose(x: BackendMatrix): BackendMatrix {
    return this.#once((tape) => tape.transpose(x));
  }

  multiply(x: BackendMatrix, y: BackendMatrix): BackendMatrix {
    return this.#once((tape) => tape.multiply(x, y));
  }

  scale(p: Coefficient, x: BackendMatrix): BackendMatrix {
    return this.#once((tape) => tape.scale(p, x));
  }

  combine(p: Coefficient, x: BackendMatrix, q: Coefficient, y: BackendMatrix): BackendMatrix {
    return this.#once((tape) => tape.combine(p, x, q, y));
  }

  scaleColumns(x: BackendMatrix, v: BackendMatrix): BackendMatrix {
    return this.#once((tape) => tape.scaleColumns(x, v));
  }

  addColumn(x: BackendMatrix, p: Coefficient, v: BackendMatrix): BackendMatrix {
    return this.#once((tape) => tape.addColumn(x, p, v));
  }

  isPositive(x: BackendMatrix): BackendMatrix {
    return this.#once((tape) => tape.isPositive(x));
  }

  diagonal(x: BackendMatrix): BackendMatrix {
    return this.#once((tape) => tape.diagonal(x));
  }

  addDiagonal(x: BackendMatrix, v: BackendMatrix): BackendMatrix {
    return this.#once((tape) => tape.addDiagonal(x, v));
  }

  firstColumns(x: BackendMatrix, count: number): BackendMatrix {
    return this.#once((tape) => tape.firstColumns(x, count));
  }

  addToFirstColumns(x: BackendMatrix, p: Coefficient, y: BackendMatrix): BackendMatrix {
    return this.#once((tape) => tape.addToFirstColumns(x, p, y));
  }

  dot(x: BackendMatrix, y: BackendMatrix): Scalar {
    const tape = new Tape();
    const scalar = tape.dot(x, y);
    this.#run(tape, []);
    return scalar;
  }

  compute(size: Size, inputs: readonly BackendMatrix[], fill: HostStep['fill']): BackendMatrix {
    return this.#once((tape) => tape.compute(size, inputs, fill));
  }

  #once(record: (tape: Tape) => Value): BackendMatrix {
    const tape = new Tape();
    const [result] = this.#run(tape, [tape.ownMatrix(record(tape))]);
    return result;
  }

  #run(tape: Tape, outputs: readonly Value[]): readonly BackendMatrix[] {
    const program = programOf(this.#precision, tape, outputs);
    const frame = this.#take(program.frameBytes);
    const results = this.#runner(tape, outputs, program, frame)([]);
    this.#giveBack(frame, program.frameBytes);
    return results;
  }

  /** Prepares runs of a program with its frame at the given address. */
  #runner(
    tape: Tape,
    outputs: readonly Value[],
    program: Program,
    frame: number,
  ): (inputs: readonly BackendMatrix[]) => readonly BackendMatrix[] {
    const { exports } = this.#instanceOf(program);
    const { numbers, inputs } = tape;
    const parts = program.parts.map((part) =>
      'function' in part ? exports[part.function] : this.#hostPart(tape, program, part.operation),
    );
    let frameNumbers = new Float64Array(0);
    let addresses = new Int32Array(0);
    const view = () => {
      frameNumbers = new Float64Array(this.#memory.buffer, frame, numbers.length);
      addresses = new Int32Array(this.#memory.buffer, frame + program.addressesAt, inputs.length + outputs.length);
    };
    view();
    const variable: { readonly place: number; readonly read: () => number }[] = [];
    const scalars: number[] = [];
    numbers.forEach((number, place) => {
      if (typeof number === 'number') frameNumbers[place] = number;
      else if (number === undefined) scalars.push(place);
      else variable.push({ place, read: number });
    });
    const parameters: number[] = [];
    inputs.forEach(({ matrix }, place) => {
      if (matrix === undefined) parameters.push(place);
      else addresses[place] = own(matrix).address;
    });
    const results = new Float64Array(numbers.length);
    tape.results = results;

    return (given) => {
      const made = outputs.map((output) => this.#matrix(output));
      if (addresses.buffer !== this.#memory.buffer) view();
      for (const { place, read } of variable) frameNumbers[place] = read();
      for (let i = 0; i < parameters.length; i++) addresses[parameters[i]] = own(given[i]).address;
      for (let i = 0; i < made.length; i++) addresses[inputs.length + i] = made[i].address;
      for (const part of parts) part(frame);
      for (const place of scalars) results[place] = frameNumbers[place];
      return made;
    };
  }

  /** A step of the host, as a function of the address of the frame. */
  #hostPart(tape: Tape, program: Program, place: number): (frame: number) => void {
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
    return (frame) => {
      if (!fixed || views[0]?.buffer !== this.#memory.buffer) {
        const addresses = new Int32Array(this.#memory.buffer, frame + program.addressesAt);
        views = matrices.map(({ location, length }) => {
          return this.#view('offset' in location ? frame + location.offset : addresses[location.address], length);
        });
      }
      const [result, ...inputs] = views;
      operation.fill(result, ...inputs);
    };
  }

  #instanceOf(program: Program): WebAssembly.Instance {
    const known = this.#instances.get(program);
    if (known !== undefined) return known;
    const instance = new WebAssembly.Instance(program.module, { env: { memory: this.#memory } });
    this.#instances.set(program, instance);
    return instance;
  }

  #matrix(size: Size): MemoryMatrix {
    const matrix = new MemoryMatrix(size, this.#take(this.#bytesOf(size.rows * size.columns)));
    this.#made?.push(matrix);
    return matrix;
  }

  #release(matrix: MemoryMatrix): void {
    if (matrix.address === FREED) return;
    this.#giveBack(matrix.address, this.#bytesOf(matrix.length));
    matrix.address = FREED;
  }

  #take(bytes: number): number {
    const rounded = roundUp(bytes, ALIGNMENT);
    const free = this.#free.get(rounded)?.pop();
    if (free !== undefined) return free;
    const address = this.#end;
    this.#end += rounded;
    const missing = this.#end + READ_BEYOND - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
    return address;
  }

  #giveBack(address: number, bytes: number): void {
    const rounded = roundUp(bytes, ALIGNMENT);
    const addresses = this.#free.get(rounded);
    if (addresses === undefined) this.#free.set(rounded, [address]);
    else addresses.push(address);
  }

  #bytesOf(elements: number): number {
    return roundUp(this.#Elements.BYTES_PER_ELEMENT * elements, ALIGNMENT);
  }

  #view(address: number, length: number): Elements {
    return new this.#Elements(this.#memory.buffer, address, length);
  }
}

/** The programs of this process, by what they are made from. */
const programs = new Map<string, Program>();

function programOf(precision: Precision, tape: Tape, outputs: readonly Value[]): Program {
  const key = keyOf(precision, tape, outputs);
  const known = programs.get(key);
  if (known !== undefined) return known;
  const program = compile(REALS[precision], tape, outputs);
  programs.set(key, program);
  return program;
}

/** Tapes with one key differ in nothing but numbers, matrices and what the host does. */
function keyOf(precision: Precision, { values, inputs, operations }: Tape, outputs: readonly Value[]): string {
  return JSON.stringify([
    precision,
    values.map(({ rows, columns, whole }) => [rows, columns, whole?.id]),
    inputs.map(({ value }) => value.id),
    operations.map(({ name, operands, ...rest }) => [name, operands.map(({ id }) => id), rest]),
    outputs.map(({ id }) => id),
  ]);
}

function own(x: BackendMatrix): MemoryMatrix {
  if (!(x instanceof MemoryMatrix) || x.address === FREED) {
    throw new TypeError('this matrix was freed, or is of another backend');
  }
  return x;
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
