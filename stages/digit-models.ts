import { max } from 'd3-array';
import * as v from 'valibot';
import { defineKind, StageError } from '../engine/kind.ts';
import { row, zeros } from '../science/matrix.ts';
import { checkpointsFile } from './formats/checkpoints.ts';
import { datasetFile } from './formats/dataset.ts';
import { digitModelsFile } from './formats/digit-models.ts';
import { lastWeights, neuronsOf } from './last-weights.ts';
import { count, natural, positive } from './schemas.ts';

/** Gathers what is needed to show both models any digit: their weights at the end, and test images. */
export default defineKind({
  name: 'digit-models',
  module: import.meta.url,
  params: v.strictObject({
    /** The digits of label −1 and of label +1. */
    digits: v.pipe(v.array(natural), v.length(2)),
    /** The time of the forward step that the diffusion model was trained at. */
    t: positive,
    /** How many test images. */
    images: count,
    /** Pictures go from black at minus this to white at this. */
    scale: positive,
  }),
  inputs: { dataset: datasetFile, classifier: checkpointsFile, diffusion: checkpointsFile },
  outputs: { models: digitModelsFile },
  run({ params, inputs }) {
    const { setting, train, test } = inputs.dataset;
    const { t, scale } = params;
    const [digitOfMinus, digitOfPlus] = params.digits;
    const classifier = lastWeights(inputs.classifier);
    if (test.labels.length < params.images) {
      throw new StageError(`the data set has ${test.labels.length} test images, fewer than ${params.images}`);
    }
    const images = zeros(params.images, test.signals.columns);
    for (let i = 0; i < images.rows; i++) row(images, i).set(row(test.signals, test.signalOf[i]));
    return {
      models: {
        setting: { snr: setting.snr, t, scale, white: max(train.signals.values) ?? 0 },
        digits: Int32Array.of(digitOfPlus, digitOfMinus),
        plus: neuronsOf(classifier, 1),
        minus: neuronsOf(classifier, -1),
        diffusion: lastWeights(inputs.diffusion),
        images,
        shown: test.labels.slice(0, images.rows).map((label) => (label === 1 ? digitOfPlus : digitOfMinus)),
      },
    };
  },
});
