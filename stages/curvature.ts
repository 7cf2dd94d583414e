import * as v from 'valibot';
import { defineKind } from '../engine/kind.ts';
import { curvatureEnds, withDimension } from '../science/curvature.ts';
import { denoisingObjective, denoisingTask } from '../science/diffusion.ts';
import { forwardStep } from '../science/forward-step.ts';
import { randomStream } from '../science/random.ts';
import { distinctPatches } from '../science/two-patch-data.ts';
import { curvatureTable } from './formats/curvature.ts';
import { datasetFile } from './formats/dataset.ts';
import { openDiffusion, trainedGroup } from './trained.ts';

/** Measures the ends of the spectrum of the Hessian where a training of the diffusion model ended; in float64. */
export default defineKind({
  name: 'curvature',
  module: import.meta.url,
  params: v.strictObject({}),
  inputs: { dataset: datasetFile, trained: trainedGroup },
  outputs: { table: curvatureTable },
  run({ inputs }) {
    const { setting, train, last, record, backend, trainProducts } = openDiffusion(inputs);
    const { patches, multiplicities } = distinctPatches(train);
    const task = denoisingTask(backend, forwardStep(record.t), multiplicities);
    // The patches in coordinates, N×N: they have none beyond the first N.
    const X = backend.firstColumns(backend.transpose(trainProducts), patches.rows);
    const random = randomStream(setting.seed, 'curvature/start');
    const ends = curvatureEnds(backend, denoisingObjective(backend, task, X), withDimension(last), random);
    return { table: [{ nsnr2: setting.nsnr2, seed: setting.seed, ...ends }] };
  },
});
