import { compile, type Program } from './compiler/compile.ts';
import { LinearMemory } from './compiler/linear-memory.ts';
import { programRun } from './compiler/program-run.ts';
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

const FREED = -1;

class MemoryMatrix implements BackendMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly memory: LinearMemory;
  address: number;

  constructor({ rows, columns }: Size, memory: LinearMemory, address: number) {
    this.rows = rows;
    this.columns = columns;
    this.memory = memory;
    this.address = address;
  }

  get length(): number {
    return this.rows * this.columns;
  }
}

/** A tape, the values that a run returns, and the program that they were compiled to. */
interface Compiled {
  readonly tape: Tape;
  readonly outputs: readonly Value[];
  readonly program: Program;
}

/**
 * Opens the portable backend: WebAssembly that is compiled for each computation, with the same bits on every processor.
 */
export function openPortableBackend(precision: Precision): MatrixBackend {
  return new PortableBackend(precision);
}

class PortableBackend implements MatrixBackend {
  readonly epsilon: number;
  readonly #precision: Precision;
  readonly #Elements: typeof Float32Array | typeof Float64Array;
  readonly #memory = new LinearMemory();
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
    const { rows, columns, address, length } = this.#own(x);
    return { rows, columns, values: new Float64Array(this.#view(address, length)) };
  }

  close(): void {
    // The memory goes with the backend.
  }

  dispose(...matrices: readonly BackendMatrix[]): void {
    for (const matrix of matrices) this.#release(this.#own(matrix));
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
    const outputs = tape.outputsOf(computation(tape, parameters));
    const program = programOf(this.#precision, tape, outputs);
    return this.#runner({ tape, outputs, program }, this.#memory.take(program.frameBytes));
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
    const [result] = this.#run(tape, tape.outputsOf([record(tape)]));
    return result;
  }

  #run(tape: Tape, outputs: readonly Value[]): readonly BackendMatrix[] {
    const program = programOf(this.#precision, tape, outputs);
    const frame = this.#memory.take(program.frameBytes);
    const results = this.#runner({ tape, outputs, program }, frame)([]);
    this.#memory.giveBack(frame, program.frameBytes);
    return results;
  }

  /** Prepares runs of a program with its frame at the given address. */
  #runner(
    { tape, outputs, program }: Compiled,
    frame: number,
  ): (inputs: readonly BackendMatrix[]) => readonly BackendMatrix[] {
    const setting = { memory: this.#memory, instance: this.#instanceOf(program), frame, Elements: this.#Elements };
    const { addresses, run } = programRun(tape, program, setting);
    const sources = tape.inputs.map(({ matrix }) => matrix);
    return (given) => {
      const made = outputs.map((output) => this.#matrix(output));
      const places = addresses();
      let parameter = 0;
      for (let i = 0; i < sources.length; i++) places[i] = this.#own(sources[i] ?? given[parameter++]).address;
      for (let i = 0; i < made.length; i++) places[sources.length + i] = made[i].address;
      run();
      return made;
    };
  }

  #instanceOf(program: Program): WebAssembly.Instance {
    const known = this.#instances.get(program);
    if (known !== undefined) return known;
    const instance = this.#memory.instantiate(program.module);
    this.#instances.set(program, instance);
    return instance;
  }

  #matrix(size: Size): MemoryMatrix {
    const address = this.#memory.take(this.#bytesOf(size));
    const matrix = new MemoryMatrix(size, this.#memory, address);
    this.#made?.push(matrix);
    return matrix;
  }

  #release(matrix: MemoryMatrix): void {
    if (matrix.address === FREED) return;
    this.#memory.giveBack(matrix.address, this.#bytesOf(matrix));
    matrix.address = FREED;
  }

  #bytesOf({ rows, columns }: Size): number {
    return this.#Elements.BYTES_PER_ELEMENT * rows * columns;
  }

  #own(x: BackendMatrix): MemoryMatrix {
    if (!(x instanceof MemoryMatrix) || x.memory !== this.#memory || x.address === FREED) {
      throw new TypeError('this matrix was freed, or is of another backend');
    }
    return x;
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
