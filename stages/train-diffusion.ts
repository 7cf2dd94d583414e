import * as v from 'valibot';
import { defineKind } from '../engine/kind.ts';
import { denoisingObjective, denoisingTask } from '../science/diffusion.ts';
import { forwardStep } from '../science/forward-step.ts';
import { distinctPatches } from '../science/two-patch-data.ts';
import { readDataset } from './formats/dataset.ts';
import { writeTrainingRecord } from './formats/training-record.ts';
import { positive } from './schemas.ts';
import { openStageEngine, train, trainingInputs, trainingOutputs, trainingParams } from './training.ts';

/** Trains the diffusion model on the exact expected loss (paper.md §1 and §2), until it is stationary. */
export default defineKind({
  name: 'train-diffusion',
  module: import.meta.url,
  params: v.strictObject({
    ...trainingParams,
    /** Time of the forward step. */
    t: positive,
    /** When to stop early (science/gradient-descent.ts). */
    stationarity: v.strictObject({ gradientRatio: positive, growth: positive }),
  }),
  inputs: trainingInputs,
  outputs: trainingOutputs,
  async run({ params, inputs, outputs, progress }) {
    const { t, m, stationarity } = params;
    const dataset = await readDataset(inputs.dataset);
    const engine = await openStageEngine(params.engine, inputs.kernel);
    const { multiplicities } = distinctPatches(dataset.train);
    const task = denoisingTask(engine, forwardStep(t), multiplicities);
    const record = await train(engine, {
      params,
      dataset,
      spanKernel: inputs.spanKernel,
      neurons: m,
      startStream: 'train-diffusion/start',
      stationarity,
      objective: (X) => denoisingObjective(engine, task, X),
      constant: dataset.train.noises.columns,
      outputs,
      progress,
    });
    await writeTrainingRecord(outputs.record, { model: 'diffusion', t, ...record });
  },
});
