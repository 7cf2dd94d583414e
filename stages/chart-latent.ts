import { sort } from 'd3-array';
import * as v from 'valibot';
import { defineKind, many } from '../engine/kind.ts';
import { bandsAlong } from '../science/bands.ts';
import { linearAxis, logAxis } from './figure/axis.ts';
import { endingOf } from './figure/ending.ts';
import { coloredBy } from './figure/look.ts';
import { bandMarks, pointMark, referenceMarks } from './figure/panel.ts';
import { seedCount } from './figure/seed-count.ts';
import { SERIES } from './figure/theme.ts';
import { chartFile } from './formats/chart.ts';
import { latentTable } from './formats/latent.ts';

/** Figure A14: the diffusion model in the space of the first principal components (paper.md §6). */
export default defineKind({
  name: 'chart-latent',
  module: import.meta.url,
  light: true,
  params: v.strictObject({}),
  inputs: { trainings: many(latentTable) },
  outputs: { chart: chartFile },
  run({ inputs }) {
    const rows = inputs.trainings.flat();
    const dimensions = sort(new Set(rows.map(({ k }) => k)));
    const share = dimensions.flatMap((k) =>
      bandsAlong(
        rows.filter((row) => row.k === k),
        ({ nsnr2 }) => nsnr2,
        (row) => row.signal_share,
      ).map((band) => ({ dimensions: `k = ${k}`, ...band })),
    );
    const settings = [...new Set(share.map(({ x }) => x))];
    const half = settings.map((x) => ({ x, y: 0.5 }));
    const look = coloredBy('dimensions', Object.fromEntries(dimensions.map((k, i) => [`k = ${k}`, SERIES[i]])));
    const x = logAxis('n·SNR²', settings);
    const y = linearAxis('signal / (signal + noise)', [0, 1]);
    const shows =
      'The patches are encoded by their first k uncentred principal components, and the diffusion model is trained ' +
      'there. Mean |⟨w, z_μ⟩| of the encoded signals, by that and mean |⟨w, z_ξ⟩| of the encoded noise, when ' +
      `training ends; lines are means and bands the range over ${seedCount(rows)} seeds. The encoder brings a ` +
      'transition: with few components it keeps the signals only where their eigenvalue n·SNR²/2 is among those of ' +
      'the noise, (1 ± √(n/d))², or above them. ' +
      dimensions.map((k) => `k = ${k}: ${endingOf(rows.filter((row) => row.k === k))}`).join(' ');
    return {
      chart: {
        title: 'Latent diffusion',
        shows,
        columns: 1,
        panels: [
          {
            title: 'Signal learning in the latent space',
            height: 150,
            width: 420,
            marks: [
              ...referenceMarks(
                { table: 'balance', nameAt: Math.max(0, half.length - 2), nameSide: 'above', role: 'guide' },
                x,
                y,
              ),
              ...bandMarks('share', x, y, look),
              pointMark('share', x, y, look),
            ],
          },
        ],
        tables: { balance: half, share },
      },
    };
  },
});
