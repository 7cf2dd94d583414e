import * as v from 'valibot';
import { defineKind } from '../engine/kind.ts';
import { randomStream } from '../science/random.ts';
import { drawnLabels, sampleTwoPatchData, signalNormOf } from '../science/two-patch-data.ts';
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
    /** How labels come: one of each in turn, or by a fair coin. */
    labels: v.optional(v.picklist(['in turn', 'drawn']), 'in turn'),
  }),
  inputs: {},
  outputs: { dataset: datasetFile },
  run({ params }) {
    const { nsnr2, n, d, sigma, seed, testSamples, labels } = params;
    const distribution = { signalNorm: signalNormOf(params), sigma, d };
    const labelsOf = (part: string, count: number) =>
      labels === 'drawn' ? drawnLabels(count, randomStream(seed, `synthetic-data/labels/${part}`)) : undefined;
    const samplesOf = (part: string, count: number) =>
      sampleTwoPatchData(distribution, count, randomStream(seed, `synthetic-data/${part}`), labelsOf(part, count));
    return {
      dataset: {
        setting: { dataset: 'synthetic', snr: Math.sqrt(nsnr2 / n), nsnr2, seed },
        train: samplesOf('train', n),
        test: samplesOf('test', testSamples),
      },
    };
  },
});
