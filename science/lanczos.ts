import type { RandomStream } from './random.ts';
import { addMultiple, dot } from './vector.ts';

/** The ends of the spectrum of a symmetric map. */
export interface SpectrumEnds {
  readonly smallest: number;
  readonly largest: number;
}

/** A remainder of the Krylov space shorter than this, by the longest, is rounding. */
const ROUNDING = 1e-10;
/** So often an interval is halved, until its ends are neighbours. */
const HALVINGS = 60;

/**
 * The least and the greatest eigenvalue of a symmetric map, by Lanczos's method from a random start, every new vector
 * made orthogonal to all before it. What it finds lies within the spectrum, and reaches its ends as the iterations
 * grow.
 * @param apply The map of vectors of length `dimension`.
 */
export function spectrumEnds(
  apply: (vector: Float64Array) => Float64Array,
  dimension: number,
  iterations: number,
  random: RandomStream,
): SpectrumEnds {
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const beside: number[] = [];
  let next = Float64Array.from({ length: dimension }, () => random.gaussian());
  let length = Math.sqrt(dot(next, next));
  while (basis.length < iterations) {
    const vector = next.map((value) => value / length);
    basis.push(vector);
    next = Float64Array.from(apply(vector));
    diagonal.push(dot(next, vector));
    // Twice, since once leaves what the first time rounded.
    for (let pass = 0; pass < 2; pass++) for (const before of basis) addMultiple(next, -dot(next, before), before);
    length = Math.sqrt(dot(next, next));
    if (length <= ROUNDING * Math.max(...diagonal.map(Math.abs), ...beside)) break;
    beside.push(length);
  }
  const reach = Math.max(...diagonal.map((value, i) => Math.abs(value) + (beside[i - 1] ?? 0) + (beside[i] ?? 0)));
  const eigenvalue = (number: number) => {
    let [low, high] = [-reach, reach];
    for (let i = 0; i < HALVINGS; i++) {
      const middle = (low + high) / 2;
      if (eigenvaluesBelow(diagonal, beside, middle) >= number) high = middle;
      else low = middle;
    }
    return (low + high) / 2;
  };
  return { smallest: eigenvalue(1), largest: eigenvalue(diagonal.length) };
}

/**
 * How many eigenvalues of a symmetric tridiagonal matrix lie below x: the negative pivots of its elimination (Sturm).
 */
function eigenvaluesBelow(diagonal: readonly number[], beside: readonly number[], x: number): number {
  let below = 0;
  let pivot = 1;
  for (const [i, value] of diagonal.entries()) {
    const off = i === 0 ? 0 : beside[i - 1];
    pivot = value - x - (off * off) / (pivot || Number.EPSILON);
    if (pivot < 0) below++;
  }
  return below;
}
