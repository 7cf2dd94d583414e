import * as v from 'valibot';
import { defineKind } from '../engine/kind.ts';
import { randomStream } from '../science/random.ts';
import { sampleTwoPatchData, signalNormOf } from '../science/two-patch-data.ts';
import { datasetFile } from './formats/dataset.ts';
import { count, natural, positive, whole } from './schemas.ts';

/** Samples the synthetic data of Definition 2.1. All settings of one seed share their noise. */
export default defineKind({
  name: 'synthetic-data',
  module: import.meta.url,
  params: v.strictObject({
    /** n·SNR². */
    nsnr2: positive,
    /** Training samples. */
    n: count,
    /** Dimension of a patch: two for the signals, the rest for the noise. */
    d: v.pipe(whole, v.minValue(3)),
    /** σ_ξ. */
    sigma: positive,
    seed: natural,
    testSamples: count,
  }),
  inputs: {},
  outputs: { dataset: datasetFile },
  run({ params }) {
    const { nsnr2, n, d, sigma, seed, testSamples } = params;
    const distribution = { signalNorm: signalNormOf(params), sigma, d };
    return {
      dataset: {
        setting: { dataset: 'synthetic', snr: Math.sqrt(nsnr2 / n), nsnr2, seed },
        train: sampleTwoPatchData(distribution, n, randomStream(seed, 'synthetic-data/train')),
        test: sampleTwoPatchData(distribution, testSamples, randomStream(seed, 'synthetic-data/test')),
      },
    };
  },
});
