import * as v from 'valibot';
import { defineKind, many } from '../engine/kind.ts';
import { linearAxis, logAxis } from './figure/axis.ts';
import { dashedBy, MAX_DASHES } from './figure/look.ts';
import { bandMarks } from './figure/panel.ts';
import { bandTable, heldText, type Model, rowsOf, valuesOf } from './figure/rows.ts';
import { seedCount } from './figure/seed-count.ts';
import { COLORS } from './figure/theme.ts';
import { alignmentTable } from './formats/alignments.ts';
import { chartFile } from './formats/chart.ts';
import { positive } from './schemas.ts';

const PANELS = [
  { title: 'Classifier, training loss', model: 'classifier', quantity: 'loss', unit: 'loss' },
  { title: 'Classifier, test accuracy', model: 'classifier', quantity: 'test', unit: 'share of test samples' },
  { title: 'Diffusion model, training loss', model: 'diffusion', quantity: 'loss', unit: 'loss − constant' },
  { title: 'Diffusion model, test denoising error', model: 'diffusion', quantity: 'test', unit: 'loss − constant' },
] as const;

/** Figure 5: training losses on synthetic data, and how well the models do on samples that they were not trained on. */
export default defineKind({
  name: 'chart-losses',
  module: import.meta.url,
  light: true,
  params: v.strictObject({
    /** The values of n·SNR². */
    settings: v.pipe(v.array(positive), v.minLength(1), v.maxLength(MAX_DASHES)),
  }),
  inputs: { alignments: many(alignmentTable) },
  outputs: { chart: chartFile },
  run({ params, inputs }) {
    const all = inputs.alignments.flat();
    // A logarithmic axis has no place for iteration 0.
    const recorded = all.filter(({ iteration }) => iteration > 0);
    const settings = params.settings.map((nsnr2) => ({ nsnr2, name: `n·SNR² = ${nsnr2}` }));
    const rowsOfModel = (model: Model) => settings.flatMap(({ nsnr2 }) => rowsOf(recorded, model, nsnr2));
    const rows = [...rowsOfModel('classifier'), ...rowsOfModel('diffusion')];
    const axes = {
      classifier: logAxis('iteration', valuesOf(rowsOfModel('classifier'), 'iteration')),
      // Its losses do not move in the first tenths of a logarithmic axis.
      diffusion: linearAxis('iteration', [0, ...valuesOf(rowsOfModel('diffusion'), 'iteration')]),
    };
    const names = settings.map(({ name }) => name);
    const shows =
      '(a) Logistic loss. (b) Share of test samples that are classified correctly. (c) Expected denoising loss on ' +
      'the training patches and (d) on test patches, without its constant, the loss at W = 0: below zero the model ' +
      `denoises better than predicting nothing. Lines are means and bands the range over ${seedCount(rows)} ` +
      `seeds${heldText(rows)}. Iterations are on a logarithmic axis, from 1 on, in (a) and (b), and on a linear one ` +
      'in (c) and (d).';
    return {
      chart: {
        title: 'Losses and test performance on synthetic data',
        shows,
        columns: 2,
        panels: PANELS.map(({ title, model, quantity, unit }) => {
          const y = linearAxis(unit, valuesOf(rowsOfModel(model), quantity));
          return {
            title,
            height: 115,
            marks: bandMarks(title, axes[model], y, dashedBy('setting', names, COLORS[model])),
          };
        }),
        tables: Object.fromEntries(
          PANELS.map(({ title, model, quantity }) => [
            title,
            settings.flatMap(({ nsnr2, name }) =>
              bandTable(rowsOf(recorded, model, nsnr2), quantity).map((point) => ({ setting: name, ...point })),
            ),
          ]),
        ),
      },
    };
  },
});
