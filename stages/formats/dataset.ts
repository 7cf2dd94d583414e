import * as v from 'valibot';
import { artifactType, StageError } from '../../engine/kind.ts';
import type { Matrix } from '../../science/matrix.ts';
import type { TwoPatchSamples } from '../../science/two-patch-data.ts';
import { numeric } from '../schemas.ts';
import { numbersInTensors, readTensors, type Tensor, type TensorFile, writeTensors } from './safetensors.ts';

/** A two-patch data set: a training and a test part, and the setting that it was made for. */
export const datasetFile = artifactType('dataset', 'safetensors', numbersInTensors);

/** What a data set was made for; it labels the rows of every table that is derived from it. */
export const settingSchema = v.object({
  dataset: v.picklist(['synthetic', 'noisy-mnist']),
  /** SNR = ‖μ‖/(σ_ξ√d); on Noisy-MNIST the scale SNR~ (paper.md §1). */
  snr: numeric,
  /** n·SNR². */
  nsnr2: numeric,
  seed: v.pipe(numeric, v.safeInteger()),
});

export type Setting = v.InferOutput<typeof settingSchema>;

export interface Dataset {
  readonly setting: Setting;
  readonly train: TwoPatchSamples;
  readonly test: TwoPatchSamples;
}

/**
 * Writes a data set as float32 `{train,test}.{signals,noises}` and int32 `{train,test}.{signalOf,labels}`; its setting is
 * the metadata of the file.
 */
export async function writeDataset(path: string, { setting, train, test }: Dataset): Promise<void> {
  const tensors = new Map<string, Tensor>([...samplesTensors('train', train), ...samplesTensors('test', test)]);
  const metadata = Object.fromEntries(Object.entries(setting).map(([key, value]) => [key, String(value)]));
  await writeTensors(path, { tensors, metadata });
}

/**
 * Reads a data set.
 * @throws {StageError} if the file is damaged.
 */
export async function readDataset(path: string): Promise<Dataset> {
  const file = await readTensors(path);
  const setting = v.safeParse(settingSchema, file.metadata);
  if (!setting.success) throw new StageError(`${path} is not a data set: ${v.summarize(setting.issues)}`);
  return { setting: setting.output, train: samplesOf(file, 'train', path), test: samplesOf(file, 'test', path) };
}

function samplesTensors(part: string, { signals, signalOf, noises, labels }: TwoPatchSamples): [string, Tensor][] {
  return [
    [`${part}.signals`, matrixTensor(signals)],
    [`${part}.signalOf`, { shape: [signalOf.length], values: signalOf }],
    [`${part}.noises`, matrixTensor(noises)],
    [`${part}.labels`, { shape: [labels.length], values: labels }],
  ];
}

function samplesOf(file: TensorFile, part: string, path: string): TwoPatchSamples {
  return {
    signals: matrixOf(file, `${part}.signals`, path),
    signalOf: integersOf(file, `${part}.signalOf`, path),
    noises: matrixOf(file, `${part}.noises`, path),
    labels: integersOf(file, `${part}.labels`, path),
  };
}

function matrixTensor({ rows, columns, values }: Matrix): Tensor {
  return { shape: [rows, columns], values: Float32Array.from(values) };
}

/** A float32 tensor of two dimensions as a matrix. */
export function matrixOf(file: TensorFile, name: string, path: string): Matrix {
  const tensor = file.tensors.get(name);
  const [rows, columns, ...more] = tensor?.shape ?? [];
  if (!(tensor?.values instanceof Float32Array) || rows === undefined || columns === undefined || more.length > 0) {
    throw new StageError(`${path} has no float32 matrix '${name}'`);
  }
  return { rows, columns, values: Float64Array.from(tensor.values) };
}

/** An int32 tensor of one dimension. */
export function integersOf(file: TensorFile, name: string, path: string): Int32Array {
  const values = file.tensors.get(name)?.values;
  if (!(values instanceof Int32Array)) throw new StageError(`${path} has no int32 vector '${name}'`);
  return values;
}
