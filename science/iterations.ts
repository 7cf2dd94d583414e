import { exp } from './special-functions.ts';

/** A training tells how far it is once in so many iterations. */
export const REPORT_EVERY = 50;

/** The iterations that a training records: 0, 1, ... spaced evenly in their logarithm, without end. */
export function* logSpacedIterations(perDecade: number): Generator<number, never> {
  yield 0;
  let previous = 0;
  for (let k = 0; ; k++) {
    const iteration = Math.round(exp((k * Math.LN10) / perDecade));
    if (iteration > previous) yield iteration;
    previous = iteration;
  }
}
