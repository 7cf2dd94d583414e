import * as v from 'valibot';
import { defineKind } from '../engine/kind.ts';
import { endStateOf, overlapOf } from '../science/end-state.ts';
import { forwardStep } from '../science/forward-step.ts';
import { testDenoisingLoss } from '../science/test-evaluation.ts';
import { type DistinctPatches, noisePatches, signalPatches } from '../science/two-patch-data.ts';
import { datasetFile } from './formats/dataset.ts';
import { endStateTable } from './formats/end-states.ts';
import { openDiffusion, trainedGroup } from './trained.ts';

/** Looks at the weights that a training of the diffusion model ended with (paper.md §5); in float64. */
export default defineKind({
  name: 'end-state',
  module: import.meta.url,
  params: v.strictObject({}),
  inputs: { dataset: datasetFile, trained: trainedGroup },
  outputs: { table: endStateTable },
  run({ inputs }) {
    const { setting, train, test, basis, last, record, backend, trainProducts } = openDiffusion(inputs);
    const weights = backend.upload(last);
    const { classGap, ...state } = endStateOf(last, backend.download(backend.matMul(weights, trainProducts)));
    const { n, d, m, t, iterations, stoppedBy, excessLoss } = record;
    const testLoss = (patches: DistinctPatches) =>
      testDenoisingLoss(backend, m, forwardStep(t), basis, patches)(weights);
    const { nsnr2, seed } = setting;
    const training = { n, d, m, t, nsnr2, seed, iterations, stopped_by: stoppedBy, excess_loss: excessLoss };
    return {
      table: [
        {
          ...training,
          ...state,
          class_gap: classGap,
          noise_overlap: overlapOf(train.noises),
          test_signal: testLoss(signalPatches(test)),
          test_noise: testLoss(noisePatches(test)),
        },
      ],
    };
  },
});
