import { stackRows } from '../science/matrix.ts';
import { gramMatrix } from '../science/span.ts';
import { distinctPatches } from '../science/two-patch-data.ts';
import { checkpointsFile, readCheckpoints } from './formats/checkpoints.ts';
import { datasetFile, readDataset } from './formats/dataset.ts';
import { kernelFile } from './formats/kernel.ts';
import { readTrainingRecord, trainingRecordFile } from './formats/training-record.ts';
import { openStageEngine } from './training.ts';

/** What a training was given and has left. */
export const trainedInputs = {
  dataset: datasetFile,
  kernel: kernelFile,
  checkpoints: checkpointsFile,
  record: trainingRecordFile,
};

/**
 * Opens what a training has left, to measure it in float64: beside the files, the basis of the span (paper.md §2), a vector a
 * row, and its Gram matrix.
 */
export async function openTrained(inputs: Readonly<Record<keyof typeof trainedInputs, string>>) {
  const dataset = await readDataset(inputs.dataset);
  const checkpoints = await readCheckpoints(inputs.checkpoints);
  const record = await readTrainingRecord(inputs.record);
  const engine = await openStageEngine('portable', inputs.kernel);
  const basis = stackRows(checkpoints.start, distinctPatches(dataset.train).patches);
  return { ...dataset, ...checkpoints, record, engine, basis, K: engine.upload(gramMatrix(basis)) };
}
