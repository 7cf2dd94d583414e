import * as v from 'valibot';
import { defineKind } from '../engine/kind.ts';
import { labelledPatches } from '../science/classifier.ts';
import { classLayer, softmaxObjective } from '../science/softmax-classifier.ts';
import { nativeOf, onStageBackend } from './stage-backend.ts';
import { train, trainingInputs, trainingOutputs, trainingParams } from './training.ts';

/**
 * Trains the classifier of more than two classes, labelled 0 to k-1, on the softmax loss for a fixed number of
 * iterations.
 */
export default defineKind({
  name: 'train-softmax-classifier',
  module: import.meta.url,
  params: v.strictObject(trainingParams),
  inputs: trainingInputs,
  outputs: trainingOutputs,
  native: nativeOf,
  async run({ params, inputs, progress }) {
    const { dataset } = inputs;
    return onStageBackend(params.backend, async (backend) => {
      const data = labelledPatches(dataset.train);
      const layer = backend.upload(classLayer(params.m, new Set(data.labels).size));
      const { record, ...trained } = await train(backend, {
        params,
        dataset,
        neurons: layer.columns,
        startStream: 'train-classifier/start',
        stationarity: undefined,
        objective: (X) => softmaxObjective(backend, layer, data, X),
        constant: 0,
        progress,
      });
      return { ...trained, record: { model: 'classifier' as const, ...record } };
    });
  },
});
