import * as v from 'valibot';
import { defineKind, many } from '../engine/kind.ts';
import { linearAxis, logAxis } from './figure/axis.ts';
import { endingOf } from './figure/ending.ts';
import { LEARNING, LEARNING_TITLE, learningTable } from './figure/learning.ts';
import { plain } from './figure/look.ts';
import { bandMarks } from './figure/panel.ts';
import { bandTable, heldText, requirePositive, rowsOf, valuesOf } from './figure/rows.ts';
import { seedCount } from './figure/seed-count.ts';
import { COLORS } from './figure/theme.ts';
import { alignmentTable } from './formats/alignments.ts';
import { chartFile } from './formats/chart.ts';
import { trainingRecordFile } from './formats/training-record.ts';

const HEIGHT = 115;

/** Figure 4: how the two models train on Noisy-MNIST at one SNR~, and what they learn. */
export default defineKind({
  name: 'chart-noisy-mnist',
  module: import.meta.url,
  light: true,
  params: v.strictObject({}),
  inputs: {
    alignments: many(alignmentTable),
    /** Of the trainings of the diffusion model. */
    records: many(trainingRecordFile),
  },
  outputs: { chart: chartFile },
  run({ inputs }) {
    const all = inputs.alignments.flat();
    // A logarithmic axis has no place for iteration 0.
    const rows = all.filter(({ iteration }) => iteration > 0);
    requirePositive(rows, 'signal_max', 'noise_max');
    const classifier = rowsOf(rows, 'classifier');
    const diffusion = rowsOf(rows, 'diffusion');
    const tables = {
      'classifier loss': bandTable(classifier, 'loss'),
      'diffusion loss': bandTable(diffusion, 'loss'),
      'classifier learning': learningTable(classifier),
      'diffusion learning': learningTable(diffusion),
    };

    const x = logAxis('iteration', valuesOf(rows, 'iteration'));
    const classifierLoss = linearAxis('loss', valuesOf(classifier, 'loss'));
    const diffusionLoss = linearAxis('loss − constant', valuesOf(diffusion, 'loss'));
    const learning = logAxis(LEARNING_TITLE, valuesOf(rows, 'signal_max', 'noise_max'));
    const shows =
      '(a) Logistic loss. (b) Expected denoising loss without its constant, the loss at W = 0, which would hide the ' +
      'rest. (c), (d) Signal learning is the largest |⟨w, μ⟩| over neurons and training images, noise learning the ' +
      `largest |⟨w, ξ⟩| over neurons and training noise. Lines are means and bands the range over ${seedCount(rows)} ` +
      `seeds${heldText(rows)}. Iterations are on a logarithmic axis, from 1 on. Diffusion model: ` +
      endingOf(inputs.records.map(({ stoppedBy }) => ({ stopped_by: stoppedBy })));
    return {
      chart: {
        title: `Training on Noisy-MNIST at SNR~ = ${rows[0].snr}`,
        shows,
        columns: 2,
        panels: [
          {
            title: 'Classifier, training loss',
            height: HEIGHT,
            marks: bandMarks('classifier loss', x, classifierLoss, plain(COLORS.classifier)),
          },
          {
            title: 'Diffusion model, training loss',
            height: HEIGHT,
            marks: bandMarks('diffusion loss', x, diffusionLoss, plain(COLORS.diffusion)),
          },
          {
            title: 'Classifier, feature learning',
            height: HEIGHT,
            marks: bandMarks('classifier learning', x, learning, LEARNING),
          },
          {
            title: 'Diffusion model, feature learning',
            height: HEIGHT,
            marks: bandMarks('diffusion learning', x, learning, LEARNING),
          },
        ],
        tables,
      },
    };
  },
});
