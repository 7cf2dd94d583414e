import * as v from 'valibot';
import { defineKind, many } from '../engine/kind.ts';
import { linearAxis, logAxis, withoutText } from './figure/axis.ts';
import { LEARNING, LEARNING_TITLE, learningTable } from './figure/learning.ts';
import { MODEL_NAMES } from './figure/models.ts';
import { bandMarks } from './figure/panel.ts';
import { heldText, requirePositive, rowsOf, runsOf, valuesOf } from './figure/rows.ts';
import { seedCount } from './figure/seed-count.ts';
import { type AlignmentRow, alignmentTable } from './formats/alignments.ts';
import { chartFile } from './formats/chart.ts';
import { capitalized } from './in-words.ts';
import { positive } from './schemas.ts';

/** More rows of panels than this share their titles along x, and are lower. */
const MAX_FULL_ROWS = 3;
/** Learning has moved once it differs from its start by this share of it. */
const MOVED = 0.1;
/** Learning is early while it is at most so many times its start. */
const EARLY = 3;

/** Figures 2 and A1: what the two models learn over the iterations, a row of panels for each n·SNR². */
export default defineKind({
  name: 'chart-dynamics',
  module: import.meta.url,
  light: true,
  params: v.strictObject({
    /** The values of n·SNR², from the first row of panels to the last. */
    settings: v.pipe(v.array(positive), v.minLength(1)),
    /** Whether a row of panels shows how the diffusion model begins, on linear axes. */
    early: v.boolean(),
  }),
  inputs: { alignments: many(alignmentTable) },
  outputs: { chart: chartFile },
  run({ params, inputs }) {
    const all = inputs.alignments.flat();
    // A logarithmic axis has no place for iteration 0.
    const recorded = all.filter(({ iteration }) => iteration > 0);
    const models = (['classifier', 'diffusion'] as const).map((model) => {
      const rows = params.settings.flatMap((nsnr2) => rowsOf(recorded, model, nsnr2));
      requirePositive(rows, 'signal_max', 'noise_max');
      const start = firstMove(rows);
      const moving = rows.filter(({ iteration }) => iteration >= start);
      return { model, moving, x: logAxis('iteration', valuesOf(moving, 'iteration')) };
    });
    const shown = params.settings.flatMap((nsnr2) =>
      models.map(({ model, moving, x }) => ({
        title: `${capitalized(MODEL_NAMES[model])}, n·SNR² = ${nsnr2}`,
        rows: rowsOf(moving, model, nsnr2),
        x,
      })),
    );
    const compact = params.settings.length > MAX_FULL_ROWS;
    const y = logAxis(
      LEARNING_TITLE,
      shown.flatMap(({ rows }) => valuesOf(rows, 'signal_max', 'noise_max')),
    );
    const early = params.early
      ? params.settings.map((nsnr2) => {
          const rows = earlyRows(rowsOf(all, 'diffusion', nsnr2));
          return { title: `Diffusion model at first, n·SNR² = ${nsnr2}`, rows };
        })
      : [];
    const shows =
      'Signal learning is the largest |⟨w, μ⟩| over neurons and signals, noise learning the largest |⟨w, ξ⟩| over ' +
      `neurons and training noise. Lines are means and bands the range over ${seedCount(all)} ` +
      `seeds${heldText(shown.flatMap(({ rows }) => rows))}. Axes are logarithmic, from where learning begins to grow ` +
      'in any run of the ' +
      `model${early.length > 0 ? '; in the last row they are linear, for the first growth of the diffusion model' : ''}.`;
    return {
      chart: {
        title: 'Signal and noise learning on synthetic data',
        shows,
        columns: 2,
        panels: [
          ...shown.map(({ title, x }, i) => {
            const bare = compact && i < shown.length - 2;
            const marks = bandMarks(title, bare ? withoutText(x) : x, y, LEARNING);
            return { title, height: compact ? 60 : 105, marks };
          }),
          ...early.map(({ title, rows }) => {
            const x = linearAxis('iteration', valuesOf(rows, 'iteration'));
            const y = linearAxis(LEARNING_TITLE, [0, ...valuesOf(rows, 'signal_max', 'noise_max')]);
            return { title, height: 85, marks: bandMarks(title, x, y, LEARNING) };
          }),
        ],
        tables: Object.fromEntries([...shown, ...early].map((part) => [part.title, learningTable(part.rows)])),
      },
    };
  },
});

/** The last iteration before the learning of any run has moved. */
function firstMove(rows: readonly AlignmentRow[]): number {
  const moves = runsOf(rows).map((run) => {
    const [start] = run;
    const moved = run.findIndex((row) =>
      (['signal_max', 'noise_max'] as const).some((column) => Math.abs(row[column] / start[column] - 1) > MOVED),
    );
    return run[Math.max(0, (moved === -1 ? run.length : moved) - 1)].iteration;
  });
  return Math.min(...moves);
}

/** The rows of all runs up to the iteration at which the first of them is no longer early. */
function earlyRows(rows: readonly AlignmentRow[]): AlignmentRow[] {
  const ends = runsOf(rows).map((run) => {
    const [start] = run;
    const grown = run.find(
      (row) => Math.max(row.signal_max, row.noise_max) > EARLY * Math.max(start.signal_max, start.noise_max),
    );
    return (grown ?? run[run.length - 1]).iteration;
  });
  const end = Math.min(...ends);
  return rows.filter(({ iteration }) => iteration <= end);
}
