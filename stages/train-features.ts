import * as v from 'valibot';
import { defineKind } from '../engine/kind.ts';
import { sampleFeatureData } from '../science/feature-data.ts';
import { randomStream } from '../science/random.ts';
import { dataParams, distributionOf } from './extension-training.ts';
import { featureParams, trainOnFeatures } from './feature-training.ts';
import { featureTable } from './formats/features.ts';
import { nativeOf } from './stage-backend.ts';

/** Trains a model on synthetic data with a rare feature beside the easy one (paper.md §6). */
export default defineKind({
  name: 'train-features',
  module: import.meta.url,
  params: v.strictObject({ ...featureParams, ...dataParams }),
  inputs: {},
  outputs: { table: featureTable },
  native: nativeOf,
  async run({ params }) {
    const { n, nsnr2, holders, seed } = params;
    const noise = randomStream(seed, 'train-features/noise');
    const data = sampleFeatureData(distributionOf(params), n, holders, noise);
    return { table: [await trainOnFeatures(params, nsnr2, data)] };
  },
});
