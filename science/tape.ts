import type { BackendMatrix, Coefficient, Elements, Operations, Scalar, Size } from './matrix-backend.ts';

// A tape is a computation with matrices, recorded: what is to be done, in which order.

/** A matrix of a tape. */
export interface Value extends Size {
  /** Its place among the values of the tape. */
  readonly id: number;
  /** The value whose first columns it is; undefined: it is a matrix of its own. */
  readonly whole: Value | undefined;
}

/** An operation that makes a matrix. */
interface MatrixOperation<Name extends string> {
  readonly name: Name;
  readonly operands: readonly Value[];
  /** The places of its coefficients among the numbers of the tape. */
  readonly coefficients: readonly number[];
  readonly result: Value;
}

/** On matrices of one size, element by element; a vector may take the place of one of them. */
export type Elementwise = MatrixOperation<
  'multiply' | 'scale' | 'combine' | 'addMultiple' | 'scaleColumns' | 'addColumn' | 'isPositive'
>;

/** Needs more of its operands than one element at a time. */
export type WholeMatrix = MatrixOperation<
  | 'matMul'
  | 'matMulLower'
  | 'matMulUpper'
  | 'symmetricProduct'
  | 'transpose'
  | 'diagonal'
  | 'addDiagonal'
  | 'addToFirstColumns'
>;

/** A scalar product, which makes a number. */
export interface Dot {
  readonly name: 'dot';
  readonly operands: readonly Value[];
  /** The place of its result among the numbers of the tape. */
  readonly scalar: number;
}

/** What JavaScript computes. */
export interface HostStep {
  readonly name: 'compute';
  readonly operands: readonly Value[];
  readonly result: Value;
  fill(result: Elements, ...inputs: Elements[]): void;
}

export type Operation = Elementwise | WholeMatrix | Dot | HostStep;

class TapeValue implements Value {
  readonly rows: number;
  readonly columns: number;
  readonly id: number;
  readonly whole: Value | undefined;

  constructor({ rows, columns }: Size, id: number, whole: Value | undefined) {
    this.rows = rows;
    this.columns = columns;
    this.id = id;
    this.whole = whole;
  }
}

/**
 * Records a computation. A matrix that the tape has not made is an input.
 * @throws {RangeError} where sizes do not fit.
 */
export class Tape implements Operations {
  readonly operations: Operation[] = [];
  readonly values: Value[] = [];
  /** The coefficients, and undefined in the places of scalars. */
  readonly numbers: (Coefficient | undefined)[] = [];
  /** The inputs, and the matrices from outside that they stand for; undefined: parameters. */
  readonly inputs: { readonly value: Value; readonly matrix: BackendMatrix | undefined }[] = [];
  /** The numbers as they are after a run. */
  results: Float64Array = new Float64Array(0);

  /** An input that each run has a matrix for. */
  parameter(size: Size): Value {
    const value = this.#newValue(size);
    this.inputs.push({ value, matrix: undefined });
    return value;
  }

  /** The value that stands for a matrix. */
  valueOf(matrix: BackendMatrix): Value {
    if (matrix instanceof TapeValue && this.values[matrix.id] === matrix) return matrix;
    const known = this.inputs.find((input) => input.matrix === matrix);
    if (known !== undefined) return known.value;
    const value = this.#newValue(matrix);
    this.inputs.push({ value, matrix });
    return value;
  }

  /**
   * The values of matrices that are to be outputs. An input, columns of a matrix and what is there twice become copies.
   */
  outputsOf(matrices: readonly BackendMatrix[]): Value[] {
    const outputs = new Set<Value>();
    for (const matrix of matrices) {
      const value = this.#withoutView(matrix);
      const isTaken = outputs.has(value) || this.inputs.some((input) => input.value === value);
      outputs.add(isTaken ? this.scale(1, value) : value);
    }
    return [...outputs];
  }

  matMul(x: BackendMatrix, y: BackendMatrix): Value {
    requireEqual(x.columns, y.rows);
    const factor = y.columns === 1 ? this.#withoutView(y) : y;
    return this.#whole('matMul', [x, factor], { rows: x.rows, columns: y.columns });
  }

  matMulLower(x: BackendMatrix, lower: BackendMatrix): Value {
    requireTriangularSize(x, lower);
    return this.#whole('matMulLower', [x, lower], x);
  }

  matMulUpper(x: BackendMatrix, upper: BackendMatrix): Value {
    requireTriangularSize(x, upper);
    return this.#whole('matMulUpper', [x, upper], x);
  }

  symmetricProduct(x: BackendMatrix, y: BackendMatrix): Value {
    requireSameSize(x, y);
    return this.#whole('symmetricProduct', [x, y], { rows: x.rows, columns: x.rows });
  }

  transpose(x: BackendMatrix): Value {
    return this.#whole('transpose', [x], { rows: x.columns, columns: x.rows });
  }

  multiply(x: BackendMatrix, y: BackendMatrix): Value {
    requireSameSize(x, y);
    return this.#elementwise('multiply', [x, y], []);
  }

  scale(p: Coefficient, x: BackendMatrix): Value {
    return this.#elementwise('scale', [x], [p]);
  }

  combine(p: Coefficient, x: BackendMatrix, q: Coefficient, y: BackendMatrix): Value {
    requireSameSize(x, y);
    if (p === 1) return this.#elementwise('addMultiple', [x, y], [q]);
    return this.#elementwise('combine', [x, y], [p, q]);
  }

  scaleColumns(x: BackendMatrix, v: BackendMatrix): Value {
    requireSameSize(v, { rows: x.columns, columns: 1 });
    return this.#elementwise('scaleColumns', [x, this.#withoutView(v)], []);
  }

  addColumn(x: BackendMatrix, p: Coefficient, v: BackendMatrix): Value {
    requireSameSize(v, { rows: x.rows, columns: 1 });
    return this.#elementwise('addColumn', [x, v], [p]);
  }

  isPositive(x: BackendMatrix): Value {
    return this.#elementwise('isPositive', [x], []);
  }

  diagonal(x: BackendMatrix): Value {
    requireEqual(x.rows, x.columns);
    return this.#whole('diagonal', [x], { rows: x.rows, columns: 1 });
  }

  addDiagonal(x: BackendMatrix, v: BackendMatrix): Value {
    requireEqual(x.rows, x.columns);
    requireSameSize(v, { rows: x.rows, columns: 1 });
    return this.#whole('addDiagonal', [this.#withoutView(x), v], x);
  }

  firstColumns(x: BackendMatrix, count: number): Value {
    requireAtMost(count, x.columns);
    if (count === x.columns) return this.valueOf(x);
    const { whole } = this.valueOf(x);
    return this.#newValue({ rows: x.rows, columns: count }, whole ?? this.valueOf(x));
  }

  addToFirstColumns(x: BackendMatrix, p: Coefficient, y: BackendMatrix): Value {
    requireEqual(x.rows, y.rows);
    requireAtMost(y.columns, x.columns);
    if (y.columns === x.columns) return this.combine(1, x, p, y);
    return this.#whole('addToFirstColumns', [this.#withoutView(x), y], x, [p]);
  }

  dot(x: BackendMatrix, y: BackendMatrix): Scalar {
    requireSameSize(x, y);
    const scalar = this.#number(undefined);
    this.operations.push({ name: 'dot', operands: [this.#withoutView(x), this.#withoutView(y)], scalar });
    return () => this.results[scalar];
  }

  compute(size: Size, inputs: readonly BackendMatrix[], fill: HostStep['fill']): Value {
    const operands = inputs.map((input) => this.#withoutView(input));
    const result = this.#newValue(size);
    this.operations.push({ name: 'compute', operands, result, fill });
    return result;
  }

  /** A matrix whose rows follow each other: a copy, if it is columns of another. */
  #withoutView(matrix: BackendMatrix): Value {
    const value = this.valueOf(matrix);
    return value.whole === undefined ? value : this.scale(1, value);
  }

  #whole(
    name: WholeMatrix['name'],
    matrices: readonly BackendMatrix[],
    size: Size,
    factors: readonly Coefficient[] = [],
  ): Value {
    return this.#add((given) => ({ name, ...given }), matrices, factors, size);
  }

  /** The result is as large as the first operand. */
  #elementwise(name: Elementwise['name'], matrices: readonly BackendMatrix[], factors: readonly Coefficient[]): Value {
    return this.#add((given) => ({ name, ...given }), matrices, factors, matrices[0]);
  }

  #add(
    operationOf: (given: Omit<Elementwise | WholeMatrix, 'name'>) => Operation,
    matrices: readonly BackendMatrix[],
    factors: readonly Coefficient[],
    size: Size,
  ): Value {
    const operands = matrices.map((matrix) => this.valueOf(matrix));
    const coefficients = factors.map((factor) => this.#number(factor));
    const result = this.#newValue(size);
    this.operations.push(operationOf({ operands, coefficients, result }));
    return result;
  }

  #newValue(size: Size, whole?: Value): Value {
    const value = new TapeValue(size, this.values.length, whole);
    this.values.push(value);
    return value;
  }

  #number(coefficient: Coefficient | undefined): number {
    return this.numbers.push(coefficient) - 1;
  }
}

function requireSameSize(x: Size, y: Size): void {
  requireEqual(x.rows, y.rows);
  requireEqual(x.columns, y.columns);
}

function requireTriangularSize(x: Size, triangular: Size): void {
  requireEqual(triangular.rows, triangular.columns);
  requireEqual(x.columns, triangular.rows);
}

function requireAtMost(columns: number, all: number): void {
  if (columns > all) throw new RangeError(`a matrix of ${all} columns has no first ${columns}`);
}

function requireEqual(a: number, b: number): void {
  if (a !== b) throw new RangeError(`the sizes of the matrices do not fit: ${a} and ${b}`);
}
