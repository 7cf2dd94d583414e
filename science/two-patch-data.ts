import type { Matrix } from './matrix.ts';

/**
 * Samples x_i = [x_i¹, x_i²] of two patches in R^d each (Definition 2.1): a signal patch, which samples may share, and a
 * noise patch of the sample's own.
 */
export interface TwoPatchSamples {
  /** The distinct signal patches, a row each. */
  readonly signals: Matrix;
  /** Row of `signals` that is x_i¹, for each of the n samples. */
  readonly signalOf: Int32Array;
  /** Row i is x_i² = ξ_i; n rows. */
  readonly noises: Matrix;
  /** y_i, +1 or -1. */
  readonly labels: Int32Array;
}
