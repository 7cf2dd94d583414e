import type { Value } from '../tape.ts';
import { type Code, type FunctionBuilder, get, type Local, V128 } from './assembly.ts';
import type { Real } from './real.ts';

/** The vectors of a few elements of each matrix, loaded when they are first used. */
export class Chunk {
  readonly #f: FunctionBuilder;
  readonly #real: Real;
  readonly #count: number;
  readonly #load: (value: Value, v: number) => Code;
  readonly #vectors = new Map<Value, readonly Local[]>();
  readonly #pairs = new Map<Value, readonly Code[]>();

  constructor(f: FunctionBuilder, real: Real, count: number, loadVector: (value: Value, v: number) => Code) {
    this.#f = f;
    this.#real = real;
    this.#count = count;
    this.#load = loadVector;
  }

  set(value: Value, vectors: readonly Local[]): void {
    this.#vectors.set(value, vectors);
  }

  vectorsOf(value: Value): readonly Local[] {
    const known = this.#vectors.get(value);
    if (known !== undefined) return known;
    const vectors = this.#f.variables(V128, this.#count);
    for (const [v, local] of vectors.entries()) this.#f.set(local, this.#load(value, v));
    this.#vectors.set(value, vectors);
    return vectors;
  }

  /** Its elements as f64, two by two. */
  pairsOf(value: Value): readonly Code[] {
    const known = this.#pairs.get(value);
    if (known !== undefined) return known;
    const vectors = this.vectorsOf(value);
    const pairs = [0, 1].map((k) => {
      const local = this.#f.variable(V128);
      const vector = get(vectors[Math.floor((2 * k) / this.#real.lanes)]);
      this.#f.set(local, this.#real.pair(vector, (2 * k) % this.#real.lanes === 0 ? 0 : 1));
      return get(local);
    });
    this.#pairs.set(value, pairs);
    return pairs;
  }
}
