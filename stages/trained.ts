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

/** Opens what a training has left, to measure it in float64: besides, the products of its basis with its patches. */
export function openTrained({ dataset, trained: { checkpoints, record } }: TrainedInputs) {
  const backend = openPortableBackend('float64');
  const trainProducts = productsWith(backend, checkpoints.basis, distinctPatches(dataset.train).patches);
  return { ...dataset, ...checkpoints, record, backend, trainProducts };
}
