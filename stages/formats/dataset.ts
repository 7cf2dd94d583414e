import * as v from 'valibot';
import { defineFormat } from '../../engine/format.ts';
import { StageError } from '../../engine/kind.ts';
import type { TwoPatchSamples } from '../../science/two-patch-data.ts';
import { numeric } from '../schemas.ts';
import { decodeTensors, encodeTensors, numbersInTensors, type Tensor, type TensorFile } from './safetensors.ts';
import { integersOf, matrixOf, matrixTensor, metadataOf, vectorTensor } from './tensors.ts';

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

/** A two-patch data set: a training and a test part, and the setting that it was made for. */
export interface Dataset {
  readonly setting: Setting;
  readonly train: TwoPatchSamples;
  readonly test: TwoPatchSamples;
}

/**
 * A data set as float32 `{train,test}.{signals,noises}` and int32 `{train,test}.{signalOf,labels}`; its setting is the
 * metadata of the file.
 */
export const datasetFile = defineFormat({
  name: 'dataset',
  extension: 'safetensors',
  encode: ({ setting, train, test }: Dataset) =>
    encodeTensors({
      tensors: new Map([...samplesTensors('train', train), ...samplesTensors('test', test)]),
      metadata: metadataOf(setting),
    }),
  decode(bytes): Dataset {
    const file = decodeTensors(bytes);
    const setting = v.safeParse(settingSchema, file.metadata);
    if (!setting.success) throw new StageError(`it is not a data set: ${v.summarize(setting.issues)}`);
    return { setting: setting.output, train: samplesOf(file, 'train'), test: samplesOf(file, 'test') };
  },
  numbers: numbersInTensors,
});

function samplesTensors(part: string, { signals, signalOf, noises, labels }: TwoPatchSamples): [string, Tensor][] {
  return [
    [`${part}.signals`, matrixTensor(signals)],
    [`${part}.signalOf`, vectorTensor(signalOf)],
    [`${part}.noises`, matrixTensor(noises)],
    [`${part}.labels`, vectorTensor(labels)],
  ];
}

function samplesOf(file: TensorFile, part: string): TwoPatchSamples {
  return {
    signals: matrixOf(file, `${part}.signals`),
    signalOf: integersOf(file, `${part}.signalOf`),
    noises: matrixOf(file, `${part}.noises`),
    labels: integersOf(file, `${part}.labels`),
  };
}
