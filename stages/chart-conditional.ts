import * as v from 'valibot';
import { defineKind, many } from '../engine/kind.ts';
import { bandsAlong, boundsOf } from '../science/bands.ts';
import { linearAxis, logAxis } from './figure/axis.ts';
import { endingOf } from './figure/ending.ts';
import { coloredBy } from './figure/look.ts';
import { lineMark, pointMark, rangeMarks, referenceMarks } from './figure/panel.ts';
import { seedCount } from './figure/seed-count.ts';
import { SERIES_COLORS } from './figure/theme.ts';
import { chartFile } from './formats/chart.ts';
import { CONDITIONS, type ConditionalRow, conditionalTable } from './formats/conditional.ts';
import { capitalized } from './in-words.ts';

const HEIGHT = 130;
/** By what dots of different conditions stand apart where they would hide each other. */
const APART = [0.95, 1, 1.05];

const NAMES = { none: 'not told', bias: 'a bias for each class', 'own neurons': 'neurons for each class' } as const;
const ORDER = CONDITIONS.map((condition) => NAMES[condition]);
const LOOK = coloredBy('condition', Object.fromEntries(ORDER.map((name, i) => [name, SERIES_COLORS[i]])), 'circle');

/** Figure A13: what it changes to tell the diffusion model the class (paper.md §6). */
export default defineKind({
  name: 'chart-conditional',
  module: import.meta.url,
  light: true,
  params: v.strictObject({}),
  inputs: { trainings: many(conditionalTable) },
  outputs: { chart: chartFile },
  run({ inputs }) {
    const rows = inputs.trainings.flat();
    const tableOf = (yOf: (row: ConditionalRow) => number) =>
      CONDITIONS.flatMap((condition) =>
        bandsAlong(
          rows.filter((row) => row.condition === condition),
          ({ nsnr2 }) => nsnr2,
          yOf,
        ).map((band) => ({ condition: NAMES[condition], ...band })),
      );
    const apart = (table: ReturnType<typeof tableOf>) =>
      table.map((band) => ({ ...band, x: band.x * (APART[ORDER.indexOf(band.condition)] ?? 1) }));
    const ratio = tableOf((row) => row.ratio);
    const early = apart(tableOf((row) => row.ratio_early));
    const gap = apart(tableOf((row) => row.class_gap));
    const settings = [...new Set(ratio.map(({ x }) => x))];
    const theory = settings.map((x) => ({ x, y: x / 2 }));
    const meanFields = rows
      .filter(({ seed }) => seed === rows[0].seed)
      .flatMap(({ condition, nsnr2, ratio_mean_field }) =>
        ratio_mean_field === undefined ? [] : { condition: NAMES[condition], x: nsnr2, y: ratio_mean_field },
      );
    const x = logAxis('n·SNR²', [...settings, ...early.map(({ x: shifted }) => shifted)]);
    const yEarly = logAxis('signal / noise (mean)', [...boundsOf(early), ...theory.map(({ y }) => y)]);
    const yRatio = linearAxis('signal / noise (mean)', [...boundsOf(ratio), ...meanFields.map(({ y }) => y)]);
    const yGap = linearAxis('class gap χ', [0, ...boundsOf(gap)]);
    const shows =
      'The diffusion model is not told the class; or each neuron has a bias for each class, f(x_t, y) = (1/√m) Σ_r ' +
      '(⟨w_r, x_t⟩ + v_{r,y})² w_r; or each class has neurons of its own. Dots are means and bars the range over ' +
      `${seedCount(rows)} seeds; in (a) and (c) they stand a little apart, so that none hides another. (a) Mean |⟨w, ` +
      'μ⟩| by mean |⟨w, ξ⟩| early in training, with the n·SNR²/2 of theory. (b) The same when training ends; lines ' +
      'are the mean field at κ, and at κ/2 for neurons of a class’s own, which see half of the samples. (c) χ, mean ' +
      '|⟨w, μ_1⟩ − ⟨w, μ_-1⟩| by mean |⟨w, μ⟩|: 0 if neurons do not tell the classes apart. ' +
      CONDITIONS.map(
        (condition) =>
          `${capitalized(NAMES[condition])}: ${endingOf(rows.filter((row) => row.condition === condition))}`,
      ).join(' ');
    return {
      chart: {
        title: 'Conditional diffusion',
        shows,
        columns: 2,
        panels: [
          {
            title: 'Early phase',
            height: HEIGHT,
            marks: [
              ...referenceMarks({ table: 'n·SNR²/2', nameAt: 1, nameSide: 'below', role: 'theory' }, x, yEarly),
              pointMark('early', x, yEarly, LOOK),
            ],
          },
          {
            title: 'When training ends',
            height: HEIGHT,
            marks: [lineMark('mean field', x, yRatio, LOOK), ...rangeMarks('ratio', x, yRatio, LOOK)],
          },
          { title: 'Between the classes', height: HEIGHT, marks: rangeMarks('gap', x, yGap, LOOK) },
        ],
        tables: { 'n·SNR²/2': theory, early, 'mean field': meanFields, ratio, gap },
      },
    };
  },
});
