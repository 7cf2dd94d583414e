import { quantile } from 'd3-array';
import * as v from 'valibot';
import { defineKind, StageError } from '../engine/kind.ts';
import { meanDenoised, meanPrediction } from '../science/denoising.ts';
import { forwardStep } from '../science/forward-step.ts';
import { inputGradient } from '../science/input-gradient.ts';
import { type Matrix, row } from '../science/matrix.ts';
import type { TwoPatchSamples } from '../science/two-patch-data.ts';
import { weightsInSpace } from '../science/weights.ts';
import { captionOf, captionSchema } from './figure/caption.ts';
import { drawingInputs } from './figure/drawing.ts';
import { imageGridPng } from './figure/image-grid.ts';
import { GREYS, SIGNED } from './figure/palette.ts';
import { type GridRow, PATCH_SIZE } from './figure/pictures.ts';
import { type Checkpoints, checkpointsFile } from './formats/checkpoints.ts';
import { datasetFile } from './formats/dataset.ts';
import { figurePng } from './formats/figure.ts';
import { natural, positive, whole } from './schemas.ts';

/** Figure 3: what classifier and diffusion model make of test images of Noisy-MNIST. */
export default defineKind({
  name: 'figure-grid',
  module: import.meta.url,
  params: v.strictObject({
    ...captionSchema.entries,
    /** The digits of label −1 and of label +1. */
    digits: v.pipe(v.array(natural), v.length(2)),
    /** The time of the forward step that the diffusion model was trained at. */
    t: positive,
    /** Number of test samples shown, the first of each digit in turn. */
    samples: v.pipe(whole, v.minValue(2), v.maxValue(10)),
    /** Scale of the samples, with and without noise: what lies beyond -s and s is drawn as -s and s. */
    sampleScale: positive,
  }),
  inputs: { dataset: datasetFile, classifier: checkpointsFile, diffusion: checkpointsFile, drawing: drawingInputs },
  outputs: { png: figurePng },
  native: () => ({ packages: ['sharp'], portable: true }),
  async run({ params, inputs }) {
    const { setting, train, test } = inputs.dataset;
    if (train.signals.columns !== PATCH_SIZE) throw new StageError('the data set has no images of 28×28 pixels');
    const classifier = lastWeights(inputs.classifier, 'classifier');
    const diffusion = lastWeights(inputs.diffusion, 'diffusion model');
    const forward = forwardStep(params.t);
    const shown = alternatingSamples(test, params.samples);

    const patchesOf = (mapOf: (patch: Float64Array, label: number) => Float64Array) => {
      const samples = shown.map(({ label, image, noise }) => [mapOf(image, label), mapOf(noise, label)] as const);
      if (samples.flat().every((patch) => patch.every(Number.isFinite))) return samples;
      throw new StageError(
        `${setting.dataset} at SNR~ = ${setting.snr}, seed ${setting.seed}: a pixel is not a number`,
      );
    };
    const denoised = patchesOf((patch) => meanDenoised(diffusion, patch, forward));
    const gradients = patchesOf((patch, label) => inputGradient(neuronsOf(classifier, label), patch));
    const predictions = patchesOf((patch) => meanPrediction(diffusion, patch, forward));
    const rows: GridRow[] = [
      { palette: GREYS, bound: params.sampleScale, samples: patchesOf((patch) => patch) },
      { palette: SIGNED, bound: boundOf(gradients), samples: gradients },
      { palette: GREYS, bound: params.sampleScale, samples: denoised },
      { palette: SIGNED, bound: boundOf(predictions), samples: predictions },
    ];
    const titles = ['Test samples', 'Input gradient', 'Denoised (mean)', 'Prediction E f'];
    const ratio = (forward.beta / forward.alpha).toFixed(2);
    const shows =
      'Each sample is its image patch (left) and its noise patch (right). First row: test samples x. Second row: the ' +
      'gradient by x of the classifier, of F₊₁ where y = +1 and of F₋₁ where y = −1. Third row: the denoised sample of ' +
      'the diffusion model on average over ε, x − (β/α) E f(x_t). Fourth row: E f(x_t) alone; what the third row takes ' +
      `from the first is ${ratio} times it. A row has one scale from −s to s, with s beside it: rows one and three ` +
      'from black through grey to white, where what lies beyond is cut; rows two and four from blue through white to ' +
      'red, where 99 of 100 pixels are within.';
    const [digitOfMinus, digitOfPlus] = params.digits;
    const grid = {
      caption: captionOf(params, `Test samples of Noisy-MNIST at SNR~ = ${setting.snr}`, shows),
      columnTitles: shown.map(({ label }) =>
        label === 1 ? ['y = +1', `digit ${digitOfPlus}`] : ['y = −1', `digit ${digitOfMinus}`],
      ),
      rowTitles: rows.map(({ bound }, i) => [titles[i], `s = ${bound}`]),
      rows,
    };
    return { png: await imageGridPng(grid, inputs.drawing) };
  },
});

/** The weights at the end of a training, in R^d. */
function lastWeights({ basis, coordinates }: Checkpoints, model: string): Matrix {
  const last = coordinates.at(-1);
  if (last === undefined) throw new StageError(`the training of the ${model} has no checkpoint`);
  return weightsInSpace(last, basis);
}

/** The neurons of F_{+1}, which are the first half of the classifier's, or of F_{-1}. */
function neuronsOf({ rows, columns, values }: Matrix, label: number): Matrix {
  const half = values.length / 2;
  return { rows: rows / 2, columns, values: label === 1 ? values.subarray(0, half) : values.subarray(half) };
}

/** The first samples of each label, labels in turn. */
function alternatingSamples({ signals, signalOf, noises, labels }: TwoPatchSamples, count: number) {
  const indices = [1, -1].map((label) => Array.from(labels.keys()).filter((i) => labels[i] === label));
  return Array.from({ length: count }, (_, k) => {
    const i = indices[k % 2][Math.floor(k / 2)];
    if (i === undefined) throw new StageError(`the data set has too few test samples to show ${count}`);
    return { label: labels[i], image: row(signals, signalOf[i]), noise: row(noises, i) };
  });
}

/** The absolute value that 99 of 100 pixels do not exceed, rounded to two digits so that it can be stated; 1 if it is 0. */
function boundOf(samples: GridRow['samples']): number {
  const values = samples.flat().flatMap((patch) => Array.from(patch, Math.abs));
  return Number((quantile(values, 0.99) || 1).toPrecision(2));
}
