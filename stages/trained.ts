import { StageError } from '../engine/kind.ts';
import { openPortableBackend } from '../science/portable-backend.ts';
import { productsWith } from '../science/test-evaluation.ts';
import { distinctPatches } from '../science/two-patch-data.ts';
import { type Checkpoints, checkpointsFile } from './formats/checkpoints.ts';
import type { Dataset } from './formats/dataset.ts';
import { type TrainingRecord, trainingRecordFile } from './formats/training-record.ts';

/** What a training has left that is to be measured. */
export const trainedGroup = { checkpoints: checkpointsFile, record: trainingRecordFile };

interface TrainedInputs {
  readonly dataset: Dataset;
  readonly trained: { readonly checkpoints: Checkpoints; readonly record: TrainingRecord };
}

/**
 * Opens what a training has left, to measure it on a backend of float64.
 * @returns besides, `trainProducts`: the inner products of its basis with the distinct training patches, M×N.
 */
export function openTrained({ dataset, trained: { checkpoints, record } }: TrainedInputs) {
  const backend = openPortableBackend('float64');
  const trainProducts = productsWith(backend, checkpoints.basis, distinctPatches(dataset.train).patches);
  return { ...dataset, ...checkpoints, record, backend, trainProducts };
}

/**
 * Opens what a training of the diffusion model has left.
 * @returns besides, `last`: the weights that it ended with, in coordinates of its basis, m×M.
 * @throws {StageError} if it is the training of another model, or has left no weights.
 */
export function openDiffusion(inputs: TrainedInputs) {
  const { record, ...trained } = openTrained(inputs);
  const last = trained.coordinates.at(-1);
  if (record.model !== 'diffusion') throw new StageError('the training is not of the diffusion model');
  if (last === undefined) throw new StageError('the training has left no weights');
  return { ...trained, record, last };
}
