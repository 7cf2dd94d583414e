import * as v from 'valibot';
import { defineKind, many } from '../engine/kind.ts';
import { logAxis, withoutText } from './figure/axis.ts';
import { captionOf, captionSchema } from './figure/caption.ts';
import { drawingInputs } from './figure/drawing.ts';
import { LEARNING, LEARNING_TITLE, learningTable } from './figure/learning.ts';
import { bandMarks, panel } from './figure/panel.ts';
import { renderFigure } from './figure/render.ts';
import { requirePositive, rowsOf, seedsOf, valuesOf } from './figure/rows.ts';
import { alignmentTable } from './formats/alignments.ts';
import { figurePng, figureSpec, figureSvg } from './formats/figure.ts';
import { positive } from './schemas.ts';

/** More rows of panels than this share their titles along x, and are lower. */
const MAX_FULL_ROWS = 3;

/** Figures 2 and A1: what the two models learn over the iterations, a row of panels for each n·SNR². */
export default defineKind({
  name: 'figure-dynamics',
  module: import.meta.url,
  params: v.strictObject({
    ...captionSchema.entries,
    /** The values of n·SNR², from the first row of panels to the last. */
    settings: v.pipe(v.array(positive), v.minLength(1)),
  }),
  inputs: { alignments: many(alignmentTable), drawing: drawingInputs },
  outputs: { spec: figureSpec, svg: figureSvg, png: figurePng },
  async run({ params, inputs }) {
    const all = inputs.alignments.flat();
    // A logarithmic axis has no place for iteration 0.
    const recorded = all.filter(({ iteration }) => iteration > 0);
    const shown = params.settings.flatMap((nsnr2) => [
      { title: `Classifier, n·SNR² = ${nsnr2}`, rows: rowsOf(recorded, 'classifier', nsnr2) },
      { title: `Diffusion model, n·SNR² = ${nsnr2}`, rows: rowsOf(recorded, 'diffusion', nsnr2) },
    ]);
    const rows = shown.flatMap((part) => part.rows);
    requirePositive(rows, 'signal_max', 'noise_max');
    const x = logAxis('iteration', valuesOf(rows, 'iteration'));
    const compact = params.settings.length > MAX_FULL_ROWS;
    const y = logAxis(compact ? 'max |⟨w, ·⟩|' : LEARNING_TITLE, valuesOf(rows, 'signal_max', 'noise_max'));
    const shows =
      'Signal learning is the largest |⟨w, μ⟩| over neurons and signals, noise learning the largest |⟨w, ξ⟩| over ' +
      `neurons and training noise. Lines are means and bands the range over ${seedsOf(rows)} seeds; a run that became ` +
      'stationary earlier than others holds its last value. Both axes are logarithmic, from iteration 1 on.';
    return renderFigure(
      {
        caption: captionOf(params, 'Signal and noise learning on synthetic data', shows),
        columns: 2,
        panels: shown.map(({ title }, i) => {
          const bare = compact && i < shown.length - 2;
          const marks = bandMarks(title, bare ? withoutText(x) : x, y, LEARNING);
          return panel({ title, height: compact ? 88 : 170, marks });
        }),
        tables: Object.fromEntries(shown.map((part) => [part.title, learningTable(part.rows)])),
      },
      inputs.drawing,
    );
  },
});
