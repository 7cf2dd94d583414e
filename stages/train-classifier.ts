import * as v from 'valibot';
import { defineKind } from '../engine/kind.ts';
import { labelledPatches, logisticObjective, secondLayer } from '../science/classifier.ts';
import { nativeOf, onStageBackend } from './stage-backend.ts';
import { train, trainingInputs, trainingOutputs, trainingParams } from './training.ts';

/** Trains the classifier on the logistic loss (paper.md §1) for a fixed number of iterations. */
export default defineKind({
  name: 'train-classifier',
  module: import.meta.url,
  params: v.strictObject(trainingParams),
  inputs: trainingInputs,
  outputs: trainingOutputs,
  native: nativeOf,
  async run({ params, inputs, progress }) {
    const { dataset } = inputs;
    return onStageBackend(params.backend, async (backend) => {
      const layer = backend.upload(secondLayer(params.m));
      const data = labelledPatches(dataset.train);
      const { record, ...trained } = await train(backend, {
        params,
        dataset,
        neurons: 2 * params.m,
        startStream: 'train-classifier/start',
        stationarity: undefined,
        objective: (X) => logisticObjective(backend, layer, data, X),
        constant: 0,
        progress,
      });
      return { ...trained, record: { model: 'classifier' as const, ...record } };
    });
  },
});
