import * as v from 'valibot';
import { defineKind } from '../engine/kind.ts';
import { alignmentsOf } from '../science/alignments.ts';
import { denoisingObjective, denoisingTask } from '../science/diffusion.ts';
import { forwardStep } from '../science/forward-step.ts';
import { initialWeights } from '../science/initial-weights.ts';
import { latentPatches } from '../science/latent.ts';
import { trainOnPatches } from '../science/patch-training.ts';
import { randomStream } from '../science/random.ts';
import { distinctPatches, sampleTwoPatchData } from '../science/two-patch-data.ts';
import { dataParams, descentParams, distributionOf, ruleOf, trainExtension } from './extension-training.ts';
import { latentTable } from './formats/latent.ts';
import { count, positive } from './schemas.ts';
import { nativeOf } from './stage-backend.ts';

/** Trains the diffusion model on patches in the space of their first principal components (paper.md §6). */
export default defineKind({
  name: 'train-latent',
  module: import.meta.url,
  params: v.strictObject({
    ...descentParams,
    ...dataParams,
    /** Dimensions of the latent space, at most as many as there are patches. */
    k: count,
    /** Time of the forward step. */
    t: positive,
  }),
  inputs: {},
  outputs: { table: latentTable },
  native: nativeOf,
  run({ params }) {
    const { nsnr2, n, m, k, t, sigma0, seed } = params;
    return trainExtension(params, nsnr2, async (backend) => {
      const samples = sampleTwoPatchData(distributionOf(params), n, randomStream(seed, 'train-latent/noise'));
      const data = distinctPatches(samples);
      const latent = latentPatches(data, k);
      const task = denoisingTask(backend, forwardStep(t), data.multiplicities);
      const start = initialWeights(m, latent.columns, sigma0, randomStream(seed, 'train-latent/start'));
      const { descent, projections } = await trainOnPatches(
        backend,
        latent,
        start,
        (X) => denoisingObjective(backend, task, X),
        ruleOf(params),
      );
      const { signalMean, noiseMean } = alignmentsOf(projections[projections.length - 1], 2);
      const share = signalMean / (signalMean + noiseMean);
      return { table: [{ k, nsnr2, seed, signal_share: share, stopped_by: descent.stoppedBy }] };
    });
  },
});
