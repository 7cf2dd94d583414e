import { type Matrix, row, stackRows, zeros } from './matrix.ts';
import type { RandomStream } from './random.ts';

/**
 * Samples x_i = [x_i¹, x_i²] of two patches in R^d each (Definition 2.1): a signal patch, which samples may share, and
 * a noise patch of the sample's own.
 */
export interface TwoPatchSamples {
  /** The distinct signal patches, a row each. */
  readonly signals: Matrix;
  /** Row of `signals` that is x_i¹, for each of the n samples. */
  readonly signalOf: Int32Array;
  /** Row i is x_i² = ξ_i; n rows. */
  readonly noises: Matrix;
  /** y_i, +1 or -1; where there are more than two classes, 0, 1, ... */
  readonly labels: Int32Array;
}

/** The two-patch distribution of Definition 2.1 with μ_1 = ‖μ‖e_1 and μ_-1 = ‖μ‖e_2. */
export interface TwoPatchDistribution {
  /** ‖μ‖. */
  readonly signalNorm: number;
  /** σ_ξ. */
  readonly sigma: number;
  readonly d: number;
}

/** ‖μ‖ for which n samples have n·SNR² = `nsnr2`, where SNR = ‖μ‖/(σ_ξ√d) (Theorem 1.1). */
export function signalNormOf({ nsnr2, n, d, sigma }: { nsnr2: number; n: number; d: number; sigma: number }): number {
  return sigma * Math.sqrt((d * nsnr2) / n);
}

/**
 * Samples of Definition 2.1, rounded to float32: labels +1 and -1, in turn if they are not given; noise from N(0,
 * σ_ξ²(I - P)), where P projects on the signals. The noise depends on the stream and σ_ξ, not on ‖μ‖, so all settings
 * of one seed share it.
 */
export function sampleTwoPatchData(
  { signalNorm, sigma, d }: TwoPatchDistribution,
  count: number,
  noise: RandomStream,
  labels = labelsInTurn(count),
): TwoPatchSamples {
  const signals = zeros(2, d);
  row(signals, 0)[0] = Math.fround(signalNorm);
  row(signals, 1)[1] = Math.fround(signalNorm);
  const noises = zeros(count, d);
  for (let i = 0; i < count; i++) {
    const xi = row(noises, i);
    // The projection: the first two coordinates are the signals' own.
    for (let j = 2; j < d; j++) xi[j] = Math.fround(sigma * noise.gaussian());
  }
  return { signals, signalOf: labels.map((label) => (label === 1 ? 0 : 1)), noises, labels };
}

/** Labels +1 and -1 in turn, so as many of each. */
function labelsInTurn(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 1 : -1));
}

/** Labels +1 and -1 with equal probability. */
export function drawnLabels(count: number, random: RandomStream): Int32Array {
  return Int32Array.from({ length: count }, () => (random.uniform() < 0.5 ? 1 : -1));
}

/** The distinct patches of some samples, and how often each occurs. */
export interface DistinctPatches {
  /** X of paper.md §2, N×d: the signals, then the noises. */
  readonly patches: Matrix;
  /** c, one a patch. */
  readonly multiplicities: Float64Array;
}

/** The signal patches of samples, and how often each occurs. */
export function signalPatches({ signals, signalOf }: TwoPatchSamples): DistinctPatches {
  const multiplicities = new Float64Array(signals.rows);
  for (const signal of signalOf) multiplicities[signal]++;
  return { patches: signals, multiplicities };
}

/** The noise patches of samples, which occur once. */
export function noisePatches({ noises }: TwoPatchSamples): DistinctPatches {
  return { patches: noises, multiplicities: new Float64Array(noises.rows).fill(1) };
}

/** The distinct patches of samples. */
export function distinctPatches(samples: TwoPatchSamples): DistinctPatches {
  const [signals, noises] = [signalPatches(samples), noisePatches(samples)];
  return {
    patches: stackRows(signals.patches, noises.patches),
    multiplicities: Float64Array.of(...signals.multiplicities, ...noises.multiplicities),
  };
}
