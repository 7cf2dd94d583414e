import * as v from 'valibot';
import { StageError } from '../engine/kind.ts';
import { magnitudeOf } from '../science/alignments.ts';
import { logisticObjective, secondLayer } from '../science/classifier.ts';
import { denoisingObjective, denoisingTask } from '../science/diffusion.ts';
import type { FeatureData } from '../science/feature-data.ts';
import { forwardStep } from '../science/forward-step.ts';
import { initialWeights } from '../science/initial-weights.ts';
import { trainOnPatches } from '../science/patch-training.ts';
import { randomStream } from '../science/random.ts';
import { descentParams, ruleOf, trainExtension } from './extension-training.ts';
import type { FeatureRow } from './formats/features.ts';
import { count, positive } from './schemas.ts';

/** The params of trainings with a rare feature. */
export const featureParams = {
  ...descentParams,
  model: v.picklist(['diffusion', 'classifier']),
  /** Time of the forward step. */
  t: positive,
  /** Samples of each label that have the rare feature. */
  holders: count,
};

type Params = v.InferOutput<v.ObjectSchema<typeof featureParams, undefined>>;

/** Trains a model on samples with a rare feature, and measures how strongly it follows that beside the easy one. */
export function trainOnFeatures(params: Params, nsnr2: number, data: FeatureData): Promise<FeatureRow> {
  const { model, m, t, sigma0, holders, seed } = params;
  const n = data.samples.labels.length;
  if (2 * holders > n) throw new StageError(`${holders} samples of each label can't have the feature: there are ${n}`);
  return trainExtension(params, nsnr2, async (backend) => {
    const neurons = model === 'diffusion' ? m : 2 * m;
    const stream = randomStream(seed, 'train-features/start');
    const start = initialWeights(neurons, data.patches.columns, sigma0, stream);
    const { descent, projections } = await trainOnPatches(
      backend,
      data.patches,
      start,
      (X) =>
        model === 'diffusion'
          ? denoisingObjective(backend, denoisingTask(backend, forwardStep(t), data.multiplicities), X)
          : logisticObjective(backend, backend.upload(secondLayer(m)), data.samples, X),
      ruleOf(params),
    );
    const last = projections[projections.length - 1];
    const easy = magnitudeOf(last, 0, data.easyCount).mean;
    const rare = magnitudeOf(last, data.easyCount, data.easyCount + 2).mean;
    return { model, nsnr2, share: (2 * holders) / n, seed, rare: rare / easy, stopped_by: descent.stoppedBy };
  });
}
