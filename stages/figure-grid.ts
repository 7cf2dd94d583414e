import { quantile } from 'd3-array';
import * as v from 'valibot';
import { defineKind, StageError } from '../engine/kind.ts';
import { denoised, meanDenoised, meanPrediction, noisyPatch } from '../science/denoising.ts';
import { type ForwardStep, forwardStep } from '../science/forward-step.ts';
import { inputGradient } from '../science/input-gradient.ts';
import { row } from '../science/matrix.ts';
import { openPortableBackend } from '../science/portable-backend.ts';
import { randomStream } from '../science/random.ts';
import { partInSpan, singularVectors } from '../science/singular-vectors.ts';
import type { TwoPatchSamples } from '../science/two-patch-data.ts';
import { dot } from '../science/vector.ts';
import { captionOf, captionSchema } from './figure/caption.ts';
import { drawingInputs } from './figure/drawing.ts';
import { renderGrid } from './figure/image-grid.ts';
import { GREYS, SIGNED } from './figure/palette.ts';
import { type GridRow, PATCH_SIZE } from './figure/pictures.ts';
import { type ByPatchRow, byPatchTable } from './formats/by-patch.ts';
import { type Checkpoints, checkpointsFile } from './formats/checkpoints.ts';
import { datasetFile } from './formats/dataset.ts';
import { figureCaption, figurePng } from './formats/figure.ts';
import { lastCoordinates, lastWeights, neuronsOf } from './last-weights.ts';
import { natural, positive, whole } from './schemas.ts';

/** What is shown of a sample: two pictures side by side. */
type Pair = readonly [image: Float64Array, noise: Float64Array];

/** What the caption tells of what is shown. */
interface Shown {
  /** The digits of label −1 and of label +1. */
  readonly digits: readonly number[];
  readonly forward: ForwardStep;
  /** The table by patch, of the seed that is shown. */
  readonly numbers: readonly ByPatchRow[];
  /** How much of v_1 of each model is in the spans of images and of noise. */
  readonly classifier: { readonly parts: string };
  readonly diffusion: { readonly parts: string };
}

/** Figure 3: what classifier and diffusion model make of samples of Noisy-MNIST, and what their weights hold. */
export default defineKind({
  name: 'figure-grid',
  module: import.meta.url,
  params: v.strictObject({
    ...captionSchema.entries,
    /** The digits of label −1 and of label +1. */
    digits: v.pipe(v.array(natural), v.length(2)),
    /** The time of the forward step that the diffusion model was trained at. */
    t: positive,
    /** Number of samples shown, half of them training samples: the first of each digit in turn. */
    samples: v.pipe(whole, v.minValue(2), v.maxValue(10), v.multipleOf(2)),
    /** Scale of the samples, with and without noise: what lies beyond -s and s is drawn as -s and s. */
    sampleScale: positive,
  }),
  inputs: {
    dataset: datasetFile,
    classifier: checkpointsFile,
    diffusion: checkpointsFile,
    /** Of this data set and others. */
    byPatch: byPatchTable,
    drawing: drawingInputs,
  },
  outputs: { png: figurePng, caption: figureCaption },
  native: () => ({ packages: ['sharp'], portable: true }),
  async run({ params, inputs }) {
    const { setting, train, test } = inputs.dataset;
    if (train.signals.columns !== PATCH_SIZE) throw new StageError('the data set has no images of 28×28 pixels');
    const classifier = lastWeights(inputs.classifier);
    const diffusion = lastWeights(inputs.diffusion);
    const forward = forwardStep(params.t);
    const shown = [
      ...alternatingSamples(train, params.samples / 2).map((sample) => ({ ...sample, part: 'training' })),
      ...alternatingSamples(test, params.samples / 2).map((sample) => ({ ...sample, part: 'test' })),
    ];
    const random = randomStream(setting.seed, 'figure-grid/noise');
    const noisy = shown.map(({ image, noise }) =>
      [image, noise].map((patch) =>
        noisyPatch(
          patch,
          forward,
          patch.map(() => random.gaussian()),
        ),
      ),
    );

    const finite = (pairs: readonly Pair[]) => {
      if (pairs.flat().every((patch) => patch.every(Number.isFinite))) return pairs;
      throw new StageError(
        `${setting.dataset} at SNR~ = ${setting.snr}, seed ${setting.seed}: a pixel is not a number`,
      );
    };
    const ofSamples = (mapOf: (patch: Float64Array, label: number) => Float64Array) =>
      finite(shown.map(({ label, image, noise }): Pair => [mapOf(image, label), mapOf(noise, label)]));
    const ofNoisy = (mapOf: (patch: Float64Array) => Float64Array) =>
      finite(noisy.map(([image, noise]): Pair => [mapOf(image), mapOf(noise)]));
    const backend = openPortableBackend('float64');
    const [imagePart, noisePart] = [train.signals, train.noises].map((patches) => partInSpan(backend, patches));
    const ofWeights = (checkpoints: Checkpoints) => {
      const { coordinates, basis } = lastCoordinates(checkpoints);
      const vectors = singularVectors(coordinates, basis, params.samples);
      const [{ share, vector }] = vectors;
      const parts = [imagePart, noisePart].map((partOf) => percent(dot(partOf(vector), partOf(vector))));
      return {
        pairs: finite(vectors.map(({ vector }): Pair => [imagePart(vector), noisePart(vector)])),
        note: `v_1 ${percent(share)} of ‖W‖²`,
        parts: parts.join(' and '),
      };
    };

    const numbers = inputs.byPatch.filter(({ seed }) => seed === setting.seed);
    const ofTest = (patch: ByPatchRow['patch']) => rowOf(numbers, 'test', patch);
    const onNoise = ofTest('noise').gradient / (ofTest('noise').gradient + ofTest('image').gradient);
    const grey = (title: string, samples: readonly Pair[], ...notes: string[]) => ({
      titles: [title, notes.join(', ')],
      pictures: { palette: GREYS, bound: params.sampleScale, samples },
    });
    const signed = (title: string, samples: readonly Pair[], ...notes: string[]) => {
      const bound = boundOf(samples);
      return {
        titles: [title, [`s = ${bound}`, ...notes].join(', ')],
        pictures: { palette: SIGNED, bound, samples },
      };
    };
    const [ofClassifier, ofDiffusion] = [ofWeights(inputs.classifier), ofWeights(inputs.diffusion)];
    const ofShown = [
      grey(
        'Samples x',
        ofSamples((patch) => patch),
        `s = ${params.sampleScale}, as all in grey`,
      ),
      signed(
        'Input gradient',
        ofSamples((patch, label) => inputGradient(neuronsOf(classifier, label), patch)),
        `${percent(onNoise)} on noise`,
      ),
      grey(
        'Denoised, mean',
        ofSamples((patch) => meanDenoised(diffusion, patch, forward)),
      ),
      grey(
        'Noised, x_t/α',
        ofNoisy((patch) => patch.map((value) => value / forward.alpha)),
        'which is x̂ if W = 0',
      ),
      grey(
        'Denoised x̂',
        ofNoisy((patch) => denoised(diffusion, patch, forward)),
        gains(ofTest),
      ),
      signed(
        'x̂ − x_t/α',
        ofNoisy((patch) => {
          const after = denoised(diffusion, patch, forward);
          return after.map((value, k) => value - patch[k] / forward.alpha);
        }),
        '0 if W = 0',
      ),
      signed(
        'Prediction E f',
        ofSamples((patch) => meanPrediction(diffusion, patch, forward)),
      ),
    ];
    const ofModels = [
      signed('Classifier’s W', ofClassifier.pairs, ofClassifier.note),
      signed('Diffusion’s W', ofDiffusion.pairs, ofDiffusion.note),
    ];
    const [digitOfMinus, digitOfPlus] = params.digits;
    const shows = shownText({
      digits: params.digits,
      forward,
      numbers,
      classifier: ofClassifier,
      diffusion: ofDiffusion,
    });
    const grid = {
      caption: captionOf(params, `Noisy-MNIST at SNR~ = ${setting.snr}, patch by patch`, shows),
      blocks: [
        {
          columnTitles: shown.map(({ part, label }) => [part, `digit ${label === 1 ? digitOfPlus : digitOfMinus}`]),
          rows: ofShown,
        },
        { columnTitles: shown.map((_, k) => [`v_${k + 1}`]), rows: ofModels },
      ],
    };
    return renderGrid(grid, inputs.drawing);
  },
});

/** What the caption says of the rows, from the top. */
function shownText({ digits, forward, numbers, classifier, diffusion }: Shown): string {
  const [digitOfMinus, digitOfPlus] = digits;
  const ratio = (forward.beta / forward.alpha).toFixed(2);
  const gainOf = (samples: ByPatchRow['samples'], patch: ByPatchRow['patch']) => {
    const { gain_drawn, gain_low, gain_high } = rowOf(numbers, samples, patch);
    return `${oneDecimal(gain_drawn)} [${oneDecimal(gain_low)}, ${oneDecimal(gain_high)}]`;
  };
  return (
    `Each sample is its image patch (left) and its noise patch (right); y = −1 is digit ${digitOfMinus}, y = +1 ` +
    `digit ${digitOfPlus}. From the top: samples x; the gradient by x of the classifier, of F_{+1} where y = +1 and ` +
    'of F_{−1} where y = −1, with the share of its energy on noise patches of test samples; the denoised sample of ' +
    'the diffusion model on average over ε, x − (β/α) E f(x_t), which would be x for W = 0; one draw of the noised ' +
    'sample, x_t/α, which is all that a model of W = 0 makes of it; what this model makes of that draw, x̂ = (x_t − ' +
    'β f(x_t))/α, with its expected gain on test samples, image | noise; the difference of the two, which W = 0 ' +
    `would leave at 0; E f(x_t), ${ratio} times which the third row takes from the first. The gain ‖x_t/α − x‖² − ` +
    `‖x̂ − x‖², mean over draws with its 95 % interval: training images ${gainOf('training', 'image')}, training ` +
    `noise ${gainOf('training', 'noise')}, test images ${gainOf('test', 'image')}, unseen noise ` +
    `${gainOf('test', 'noise')}; positive is better than W = 0. Last two rows: the right singular vectors v_1, v_2, ` +
    '… of the weights; of each its part in the span of the training images (left) and in that of the training noise ' +
    `(right): of v_1 ${classifier.parts} of the classifier’s, ${diffusion.parts} of the diffusion model’s. A row has ` +
    'one scale from −s to s: grey ones from black to white, where what lies beyond is cut; the others from blue ' +
    'through white to red, where 99 of 100 pixels are within.'
  );
}

/** The row of a table about some samples and a patch. */
function rowOf(rows: readonly ByPatchRow[], samples: ByPatchRow['samples'], patch: ByPatchRow['patch']): ByPatchRow {
  const found = rows.find((row) => row.samples === samples && row.patch === patch);
  if (found !== undefined) return found;
  throw new StageError(`the table by patch has no row of ${samples} samples, ${patch} patch, for the seed shown`);
}

function gains(rowOfPatch: (patch: ByPatchRow['patch']) => ByPatchRow): string {
  return `test gain ${oneDecimal(rowOfPatch('image').gain)} | ${oneDecimal(rowOfPatch('noise').gain)}`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** A number to one decimal, with a true minus. */
function oneDecimal(value: number): string {
  return value.toFixed(1).replace('-', '−');
}

/** The first samples of each label, labels in turn. */
function alternatingSamples({ signals, signalOf, noises, labels }: TwoPatchSamples, count: number) {
  const indices = [1, -1].map((label) => Array.from(labels.keys()).filter((i) => labels[i] === label));
  return Array.from({ length: count }, (_, k) => {
    const i = indices[k % 2][Math.floor(k / 2)];
    if (i === undefined)
      throw new StageError(`the data set has too few samples to show ${count} of training and test each`);
    return { label: labels[i], image: row(signals, signalOf[i]), noise: row(noises, i) };
  });
}

/**
 * The absolute value that 99 of 100 pixels do not exceed, rounded to two digits so that it can be stated; 1 if it is 0.
 */
function boundOf(samples: GridRow['samples']): number {
  const values = samples.flat().flatMap((patch) => Array.from(patch, Math.abs));
  return Number((quantile(values, 0.99) || 1).toPrecision(2));
}
