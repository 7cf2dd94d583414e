import { sort } from 'd3-array';
import * as v from 'valibot';
import { defineKind, many, StageError } from '../engine/kind.ts';
import { bandsAlong, boundsOf } from '../science/bands.ts';
import { linearAxis, logAxis } from './figure/axis.ts';
import { endingOf } from './figure/ending.ts';
import { dashedBy, MAX_DASHES } from './figure/look.ts';
import { bandMarks, pointMark, referenceMarks } from './figure/panel.ts';
import { seedCount } from './figure/seed-count.ts';
import { COLORS } from './figure/theme.ts';
import { chartFile } from './formats/chart.ts';
import { type ConvergenceRow, convergenceTable } from './formats/convergence.ts';
import { positive } from './schemas.ts';

const HEIGHT = 145;

/** Figure A4: where trainings of the diffusion model end, against the time t of their forward step. */
export default defineKind({
  name: 'chart-time',
  module: import.meta.url,
  light: true,
  params: v.strictObject({
    /** The values of n·SNR². */
    settings: v.pipe(v.array(positive), v.minLength(1), v.maxLength(MAX_DASHES)),
  }),
  inputs: { trainings: many(convergenceTable) },
  outputs: { chart: chartFile },
  run({ params, inputs }) {
    const rows = inputs.trainings.flat().filter(({ model }) => model === 'diffusion');
    const settings = params.settings.map((nsnr2) => {
      const found = rows.filter((row) => row.nsnr2 === nsnr2);
      if (found.length === 0)
        throw new StageError(`no training at n·SNR² = ${nsnr2} is among the inputs of the figure`);
      return { name: `n·SNR² = ${nsnr2}`, rows: found };
    });
    const tableOf = (yOf: (row: ConvergenceRow) => number) =>
      settings.flatMap(({ name, rows }) => bandsAlong(rows, timeOf, yOf).map((band) => ({ setting: name, ...band })));
    const ratio = tableOf((row) => row.ratio_max);
    const loss = tableOf((row) => row.excess_loss);
    const one = sort(new Set(rows.map(timeOf))).map((x) => ({ x, y: 1 }));

    const look = dashedBy(
      'setting',
      settings.map(({ name }) => name),
      COLORS.diffusion,
    );
    const x = logAxis('t', rows.map(timeOf));
    const yRatio = logAxis('signal / noise learning (max)', boundsOf(ratio));
    const yLoss = linearAxis('loss − constant', boundsOf(loss));
    const shows =
      'Trainings of the diffusion model at one time t each, when they end; lines are means and bands the range over ' +
      `${seedCount(rows)} seeds. (a) The ratio of the largest |⟨w, μ⟩| to the largest |⟨w, ξ⟩|. (b) The expected ` +
      `denoising loss without its constant, the loss at W = 0. ${endingOf(rows)}`;
    return {
      chart: {
        title: 'The time of the forward step',
        shows,
        columns: 2,
        panels: [
          {
            title: 'Ratio when training ends',
            height: HEIGHT,
            marks: [
              ...bandMarks('ratio', x, yRatio, look),
              pointMark('ratio', x, yRatio, look),
              ...referenceMarks(
                { table: 'ratio 1', nameAt: Math.floor(one.length / 2), nameSide: 'below', role: 'guide' },
                x,
                yRatio,
              ),
            ],
          },
          {
            title: 'Training loss',
            height: HEIGHT,
            marks: [...bandMarks('loss', x, yLoss, look), pointMark('loss', x, yLoss, look)],
          },
        ],
        tables: { ratio, loss, 'ratio 1': one },
      },
    };
  },
});

function timeOf({ t, seed }: ConvergenceRow): number {
  if (t === undefined)
    throw new StageError(`a training of seed ${seed} has no time t: it is not of the diffusion model`);
  return t;
}
