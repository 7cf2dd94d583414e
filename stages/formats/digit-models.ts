import * as v from 'valibot';
import { defineFormat } from '../../engine/format.ts';
import { StageError } from '../../engine/kind.ts';
import type { Matrix } from '../../science/matrix.ts';
import { numeric } from '../schemas.ts';
import { decodeTensors, encodeTensors, numbersInTensors } from './safetensors.ts';
import { integersOf, matrixOf, matrixTensor, metadataOf, vectorTensor } from './tensors.ts';

const settingSchema = v.object({
  /** SNR~. */
  snr: numeric,
  /** The time of the forward step that the diffusion model was trained at. */
  t: numeric,
  /** The value of a white pixel; a black one is 0. */
  white: numeric,
  /** Pictures go from black at minus this to white at this. */
  scale: numeric,
});

/** Both models after their training on images of two digits, and test images that they have not seen. */
export interface DigitModels {
  readonly setting: v.InferOutput<typeof settingSchema>;
  /** The digits of F_{+1} and of F_{−1}. */
  readonly digits: Int32Array;
  /** The neurons of F_{+1} and of F_{−1}, and those of the diffusion model; a row a neuron. */
  readonly plus: Matrix;
  readonly minus: Matrix;
  readonly diffusion: Matrix;
  /** Test images, a row an image, and the digit that each shows. */
  readonly images: Matrix;
  readonly shown: Int32Array;
}

/**
 * Models as float32 `plus`, `minus`, `diffusion` and `images`, and int32 `digits` and `shown`; the setting is the
 * metadata.
 */
export const digitModelsFile = defineFormat({
  name: 'digit-models',
  extension: 'safetensors',
  encode: ({ setting, digits, shown, ...matrices }: DigitModels) =>
    encodeTensors({
      tensors: new Map([
        ['digits', vectorTensor(digits)],
        ['plus', matrixTensor(matrices.plus)],
        ['minus', matrixTensor(matrices.minus)],
        ['diffusion', matrixTensor(matrices.diffusion)],
        ['images', matrixTensor(matrices.images)],
        ['shown', vectorTensor(shown)],
      ]),
      metadata: metadataOf(setting),
    }),
  decode(bytes): DigitModels {
    const file = decodeTensors(bytes);
    const setting = v.safeParse(settingSchema, file.metadata);
    if (!setting.success) throw new StageError(`it holds no models of digits: ${v.summarize(setting.issues)}`);
    return {
      setting: setting.output,
      digits: integersOf(file, 'digits'),
      plus: matrixOf(file, 'plus'),
      minus: matrixOf(file, 'minus'),
      diffusion: matrixOf(file, 'diffusion'),
      images: matrixOf(file, 'images'),
      shown: integersOf(file, 'shown'),
    };
  },
  numbers: numbersInTensors,
});
