import * as v from 'valibot';
import { defineKind, many } from '../engine/kind.ts';
import { bandsAlong, boundsOf } from '../science/bands.ts';
import { logAxis } from './figure/axis.ts';
import { endingOf } from './figure/ending.ts';
import { MODEL_NAMES, MODELS } from './figure/models.ts';
import { bandMarks, pointMark, referenceMarks } from './figure/panel.ts';
import { seedCount } from './figure/seed-count.ts';
import { chartFile } from './formats/chart.ts';
import { type FeatureRow, featureTable } from './formats/features.ts';
import { positive } from './schemas.ts';

const HEIGHT = 130;

/** Figure A12: how strongly a rare feature is learned beside an easy one, against how rare it is (paper.md §6). */
export default defineKind({
  name: 'chart-features',
  module: import.meta.url,
  light: true,
  params: v.strictObject({
    /** The values of n·SNR² of the synthetic data. */
    settings: v.pipe(v.array(positive), v.minLength(1)),
    /** SNR~ of the images. */
    snr: positive,
  }),
  inputs: { synthetic: many(featureTable), letters: many(featureTable) },
  outputs: { chart: chartFile },
  run({ params, inputs }) {
    const synthetic = inputs.synthetic.flat();
    const letters = inputs.letters.flat();
    const shown = [
      ...params.settings.map((nsnr2) => ({
        title: `Synthetic, n·SNR² = ${nsnr2}`,
        rows: synthetic.filter((row) => row.nsnr2 === nsnr2),
      })),
      { title: `Noisy-MNIST with letters, SNR~ = ${params.snr}`, rows: letters },
    ].map(({ title, rows }) => ({ title, table: tableOf(rows) }));
    const shares = shown.flatMap(({ table }) => table.map(({ x }) => x));
    const x = logAxis('share of samples with the rare feature', shares);
    const y = logAxis('rare / easy feature (mean)', [1, ...boundsOf(shown.flatMap(({ table }) => table))]);
    const equal = [Math.min(...shares), Math.max(...shares)].map((share) => ({ x: share, y: 1 }));
    const counts = [synthetic, letters].map(seedCount);
    const shows =
      'Each sample has an easy feature, the signal of its class; a share of the samples of each class has a rare one ' +
      'beside it, of the same norm, as a third patch, zero elsewhere. The ratio of mean |⟨w, ν⟩| of the rare to mean ' +
      '|⟨w, μ⟩| of the easy one when training ends, against that share; lines are means and bands the range over ' +
      `${counts[0]} seeds, ${counts[1]} for images. On images the easy feature is the digit, and the rare one what ` +
      'of a letter of the label is orthogonal to all images. Of the diffusion model, on synthetic data: ' +
      `${endingOfDiffusion(synthetic)} On images: ` +
      endingOfDiffusion(letters);
    return {
      chart: {
        title: 'Easy and rare features',
        shows,
        columns: 2,
        panels: shown.map(({ title }) => ({
          title,
          height: HEIGHT,
          marks: [
            ...bandMarks(title, x, y, MODELS),
            pointMark(title, x, y, MODELS),
            ...referenceMarks({ table: 'as the easy one', nameAt: 0, nameSide: 'above', role: 'guide' }, x, y),
          ],
        })),
        tables: { ...Object.fromEntries(shown.map(({ title, table }) => [title, table])), 'as the easy one': equal },
      },
    };
  },
});

function endingOfDiffusion(rows: readonly FeatureRow[]): string {
  return endingOf(rows.filter(({ model }) => model === 'diffusion'));
}

function tableOf(rows: readonly FeatureRow[]) {
  return (['diffusion', 'classifier'] as const).flatMap((model) =>
    bandsAlong(
      rows.filter((row) => row.model === model),
      ({ share }) => share,
      ({ rare }) => rare,
    ).map((band) => ({ model: MODEL_NAMES[model], ...band })),
  );
}
