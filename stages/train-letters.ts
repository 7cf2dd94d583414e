import * as v from 'valibot';
import { defineKind, StageError } from '../engine/kind.ts';
import { withRareFeature } from '../science/feature-data.ts';
import { type Matrix, stackRows } from '../science/matrix.ts';
import { meanNorm } from '../science/noisy-mnist.ts';
import { openPortableBackend } from '../science/portable-backend.ts';
import { partInSpan } from '../science/singular-vectors.ts';
import { dot } from '../science/vector.ts';
import { featureParams, trainOnFeatures } from './feature-training.ts';
import { drawingInputs } from './figure/drawing.ts';
import { glyphOf } from './figure/glyph.ts';
import { PATCH_SIZE } from './figure/pictures.ts';
import { datasetFile } from './formats/dataset.ts';
import { featureTable } from './formats/features.ts';
import { nativeOf } from './stage-backend.ts';

/**
 * Trains a model on Noisy-MNIST with a letter of the label as a rare feature (paper.md §6). A letter is the same in all
 * samples that have it, as a feature is; another digit would be another image in each. Of it counts what is orthogonal
 * to all images: else, who follows a digit follows the letters that lie on it.
 */
export default defineKind({
  name: 'train-letters',
  module: import.meta.url,
  params: v.strictObject({
    ...featureParams,
    /** That of label +1, and that of label -1. */
    letters: v.strictTuple([v.pipe(v.string(), v.length(1)), v.pipe(v.string(), v.length(1))]),
  }),
  inputs: { dataset: datasetFile, drawing: drawingInputs },
  outputs: { table: featureTable },
  native: nativeOf,
  async run({ params, inputs: { dataset, drawing } }) {
    const { train, setting } = dataset;
    if (train.signals.columns !== PATCH_SIZE) throw new StageError('the data set has no images of 28×28 pixels');
    const norm = meanNorm(train.signals);
    const backend = openPortableBackend('float64');
    const glyphs: Matrix[] = [];
    for (const letter of params.letters) {
      const glyph = await glyphOf(letter, drawing);
      const part = partInSpan(backend, stackRows(train.signals, ...glyphs))(glyph);
      glyphs.push(
        scaled(
          glyph.map((value, k) => value - part[k]),
          norm,
          letter,
        ),
      );
    }
    const data = withRareFeature(train, stackRows(glyphs[0], glyphs[1]), params.holders);
    return { table: [await trainOnFeatures(params, setting.nsnr2, data)] };
  },
});

/** A glyph of a norm, rounded to float32; 1×784. */
function scaled(glyph: Float64Array, norm: number, letter: string): Matrix {
  const length = Math.sqrt(dot(glyph, glyph));
  if (length === 0) throw new StageError(`the font draws nothing for '${letter}'`);
  return { rows: 1, columns: glyph.length, values: glyph.map((value) => Math.fround((value * norm) / length)) };
}
