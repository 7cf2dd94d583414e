import type { LabelledPatches } from './classifier.ts';
import { type Matrix, row, stackRows, zeros } from './matrix.ts';
import type { RandomStream } from './random.ts';
import {
  type DistinctPatches,
  sampleTwoPatchData,
  type TwoPatchDistribution,
  type TwoPatchSamples,
} from './two-patch-data.ts';

/**
 * Samples of three patches: an easy feature that all samples have, a rare one that some have, and noise (paper.md §6).
 */
export interface FeatureData extends DistinctPatches {
  /** Easy features, the two rare features, the zero patch of samples without one, noises. */
  readonly patches: Matrix;
  readonly easyCount: number;
  readonly samples: LabelledPatches;
}

/**
 * Samples with a rare feature beside their signal, which becomes the easy one.
 * @param rare 2×d: ν_1 and ν_-1.
 * @param holders How many samples of each label have it, the first of each; the others have zero in its place.
 */
export function withRareFeature(samples: TwoPatchSamples, rare: Matrix, holders: number): FeatureData {
  const { signals, signalOf, noises, labels } = samples;
  const firstRare = signals.rows;
  const absent = firstRare + rare.rows;
  const seen = new Map<number, number>();
  const rareOf = labels.map((label) => {
    const before = seen.get(label) ?? 0;
    seen.set(label, before + 1);
    return before < holders ? firstRare + (label === 1 ? 0 : 1) : absent;
  });
  const places = [signalOf, rareOf, labels.map((_, i) => absent + 1 + i)];
  const patches = stackRows(signals, rare, zeros(1, noises.columns), noises);
  const multiplicities = new Float64Array(patches.rows);
  for (const of of places) for (const place of of) multiplicities[place]++;
  return { patches, multiplicities, easyCount: signals.rows, samples: { places, labels } };
}

/** Samples of Definition 2.1 with rare features of the same norm, orthogonal to signals and noise. */
export function sampleFeatureData(
  distribution: TwoPatchDistribution,
  count: number,
  holders: number,
  noise: RandomStream,
): FeatureData {
  const samples = sampleTwoPatchData(distribution, count, noise);
  const rare = zeros(2, distribution.d);
  for (const k of [0, 1]) row(rare, k)[2 + k] = Math.fround(distribution.signalNorm);
  for (let i = 0; i < count; i++) row(samples.noises, i).fill(0, 2, 4);
  return withRareFeature(samples, rare, holders);
}
