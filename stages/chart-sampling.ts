import * as v from 'valibot';
import { defineKind, many } from '../engine/kind.ts';
import { bandOverRuns, boundsOf } from '../science/bands.ts';
import { logAxis } from './figure/axis.ts';
import { coloredBy, MAX_DASHES } from './figure/look.ts';
import { bandMarks } from './figure/panel.ts';
import { seedCount } from './figure/seed-count.ts';
import { SERIES_COLORS } from './figure/theme.ts';
import { namesSchema, type Ratio, ratioOf, trainingsOf } from './figure/variants.ts';
import { chartFile } from './formats/chart.ts';
import { type VariantRow, variantTable } from './formats/variant-alignments.ts';
import { positive } from './schemas.ts';

/** Opacity of bands that lie on each other. */
const OVERLAID = 0.12;
/** Before, nothing has changed yet. */
const FIRST_SHOWN = 30;

const curves = v.pipe(namesSchema, v.maxEntries(MAX_DASHES));

/** Figure A6: the ratio of signal to noise learning over the iterations, for several ways to train one network. */
export default defineKind({
  name: 'chart-sampling',
  module: import.meta.url,
  light: true,
  params: v.strictObject({
    /** The variants that differ by how noise and samples are drawn, and what they are called. */
    drawn: curves,
    /** The variants that draw the time, too, and what they are called. */
    scheduled: curves,
    low: positive,
    high: positive,
  }),
  inputs: { alignments: many(variantTable) },
  outputs: { chart: chartFile },
  run({ params, inputs }) {
    const all = inputs.alignments.flat();
    const rows = all.filter(({ iteration }) => iteration >= FIRST_SHOWN);
    const rowsOfPanels = [
      { head: 'One time, means', names: params.drawn, ratio: 'mean' },
      { head: 'One time, largest', names: params.drawn, ratio: 'max' },
      { head: 'A schedule, means', names: params.scheduled, ratio: 'mean' },
    ] as const;
    const shown = rowsOfPanels.flatMap(({ head, names, ratio }) =>
      [params.low, params.high].map((nsnr2) => ({
        title: `${head}, n·SNR² = ${nsnr2}`,
        ratio,
        table: Object.entries(names).flatMap(([variant, name]) =>
          ratioBands(trainingsOf(rows, variant, nsnr2), name, ratio),
        ),
      })),
    );
    const names = Object.values({ ...params.drawn, ...params.scheduled });
    const look = coloredBy(
      'curve',
      Object.fromEntries(Array.from(new Set(names), (name, i) => [name, SERIES_COLORS[i]])),
    );
    const x = logAxis(
      'iteration',
      rows.map(({ iteration }) => iteration),
    );
    const bounds = boundsOf(shown.flatMap(({ table }) => table));
    const y = (ratio: Ratio) => logAxis(`signal / noise (${ratio})`, bounds);
    const shows =
      'The ratio of signal learning |⟨w, μ⟩| to noise learning |⟨w, ξ⟩|, of their means over neurons and patches, in ' +
      `(c) and (d) of their maxima. Lines are means and bands the range over ${seedCount(rows)} seeds, which share ` +
      'data and start among all curves. (e), (f) The time is drawn from a schedule, or the exact expectation is over ' +
      `all of it. Iterations are on a logarithmic axis, from ${FIRST_SHOWN} on.`;
    return {
      chart: {
        title: 'Training on drawn noise, samples and times beside the exact expectation',
        shows,
        columns: 2,
        panels: shown.map(({ title, ratio }) => ({
          title,
          height: 95,
          marks: bandMarks(title, x, y(ratio), look, OVERLAID),
        })),
        tables: Object.fromEntries(shown.map(({ title, table }) => [title, table])),
      },
    };
  },
});

/** The band over the trainings of one variant, as a table for `bandMarks`. */
function ratioBands(trainings: readonly VariantRow[][], curve: string, ratio: Ratio) {
  const runs = trainings.map((run) => ({
    iterations: run.map(({ iteration }) => iteration),
    values: run.map((row) => ratioOf(row, ratio)),
  }));
  return bandOverRuns(runs).map(({ iteration, ...band }) => ({ curve, x: iteration, ...band }));
}
