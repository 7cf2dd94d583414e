import { productsWith } from '../science/test-evaluation.ts';
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

/** Opens what a training has left, to measure it in float64: beside the files, the products of its basis with its patches. */
export async function openTrained(inputs: Readonly<Record<keyof typeof trainedInputs, string>>) {
  const dataset = await readDataset(inputs.dataset);
  const checkpoints = await readCheckpoints(inputs.checkpoints);
  const record = await readTrainingRecord(inputs.record);
  const engine = await openStageEngine('portable-float64', inputs.kernel);
  const trainProducts = productsWith(engine, checkpoints.basis, distinctPatches(dataset.train).patches);
  return { ...dataset, ...checkpoints, record, engine, trainProducts };
}
