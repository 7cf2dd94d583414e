import * as v from 'valibot';
import { defineKind } from '../engine/kind.ts';
import { denoisingObjective, denoisingTask } from '../science/diffusion.ts';
import { forwardStep } from '../science/forward-step.ts';
import { distinctPatches } from '../science/two-patch-data.ts';
import { positive } from './schemas.ts';
import { nativeOf, onStageBackend } from './stage-backend.ts';
import { stationaritySchema, train, trainingInputs, trainingOutputs, trainingParams } from './training.ts';

/** Trains the diffusion model on the exact expected loss (paper.md §1 and §2), until it is stationary. */
export default defineKind({
  name: 'train-diffusion',
  module: import.meta.url,
  params: v.strictObject({
    ...trainingParams,
    /** Time of the forward step. */
    t: positive,
    stationarity: stationaritySchema,
  }),
  inputs: trainingInputs,
  outputs: trainingOutputs,
  native: nativeOf,
  async run({ params, inputs, progress }) {
    const { t, m, stationarity } = params;
    const { dataset } = inputs;
    return onStageBackend(params.backend, async (backend) => {
      const { multiplicities } = distinctPatches(dataset.train);
      const task = denoisingTask(backend, forwardStep(t), multiplicities);
      const { record, ...trained } = await train(backend, {
        params,
        dataset,
        neurons: m,
        startStream: 'train-diffusion/start',
        stationarity,
        objective: (X) => denoisingObjective(backend, task, X),
        constant: dataset.train.noises.columns,
        progress,
      });
      return { ...trained, record: { model: 'diffusion' as const, t, ...record } };
    });
  },
});
