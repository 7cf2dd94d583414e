import * as v from 'valibot';
import { defineKind, many, StageError } from '../engine/kind.ts';
import { type Band, bandOf, boundsOf } from '../science/bands.ts';
import { EARLY_JOINT_GROWTH, earlyJointRatio } from '../science/early-phase.ts';
import { BALANCE } from './balance.ts';
import { logAxis } from './figure/axis.ts';
import { dotMarks, rangeMark } from './figure/dots.ts';
import { seedCount } from './figure/seed-count.ts';
import { COLORS } from './figure/theme.ts';
import { namesSchema, ratioOf, trainingsOf } from './figure/variants.ts';
import { chartFile } from './formats/chart.ts';
import { type VariantRow, variantTable } from './formats/variant-alignments.ts';
import { positive } from './schemas.ts';

const PANEL_WIDTH = 172;
const LINE_HEIGHT = 19;
/** Of a number this small it matters only that it is small. */
const FLOOR = 1e-3;
/** A mean that moves by less of itself in half the training is at rest. */
const SETTLED = 0.1;
const BALANCED = [1 / BALANCE, BALANCE] as const;

/**
 * Figures A8 and A9: the ratio of signal to noise learning early in training and at its end, a line for each variant.
 */
export default defineKind({
  name: 'chart-variants',
  module: import.meta.url,
  light: true,
  params: v.strictObject({
    title: v.pipe(v.string(), v.minLength(1)),
    /** The variants from top to bottom, and what they are called. */
    variants: namesSchema,
    low: positive,
    high: positive,
  }),
  inputs: { alignments: many(variantTable) },
  outputs: { chart: chartFile },
  run({ params, inputs }) {
    const rows = inputs.alignments.flat();
    const nameOf = (nsnr2: number) => `n·SNR² = ${nsnr2}`;
    const bandsOf = (
      ratioIn: (run: readonly VariantRow[]) => number,
      shapeOf: (runs: readonly VariantRow[][]) => string,
    ) =>
      Object.entries(params.variants).flatMap(([variant, line]) =>
        [params.low, params.high].map((nsnr2) => {
          const runs = trainingsOf(rows, variant, nsnr2);
          const band = aboveFloor(bandOf(runs.map(ratioIn)));
          return { line, color: nameOf(nsnr2), ...band, shape: shapeOf(runs) };
        }),
      );
    const early = bandsOf(earlyRatio, () => 'circle');
    const final = bandsOf(finalRatio, (runs) => (isSettled(runs) ? 'circle' : 'diamond'));
    const lines = Object.values(params.variants);
    const colors = { [nameOf(params.low)]: COLORS.low, [nameOf(params.high)]: COLORS.high };
    const panelOf = (title: string, table: string, bands: readonly Band[], named: boolean) => {
      const x = logAxis('signal / noise learning (mean)', [...boundsOf(bands), ...BALANCED]);
      const marks = [rangeMark(BALANCED, x), ...dotMarks({ table, lines, colors, named }, x)];
      return { title, width: PANEL_WIDTH, height: LINE_HEIGHT * lines.length, marks };
    };
    const shows =
      'The ratio of the mean |⟨w, μ⟩| to the mean |⟨w, ξ⟩|: dots are means and bars the range over ' +
      `${seedCount(rows)} seeds. (a) At the (interpolated) iteration where the sum of the two is ` +
      `${EARLY_JOINT_GROWTH} times its start. (b) When training ends; diamonds: in the second half of the iterations ` +
      `the mean still moved by more than ${100 * SETTLED} %. Grey: from 1/${BALANCE} to ${BALANCE}, what we call ` +
      `balanced. Ratios below ${FLOOR} are drawn at ${FLOOR}.`;
    return {
      chart: {
        title: params.title,
        shows,
        columns: 2,
        panels: [panelOf('Early phase', 'early', early, true), panelOf('When training ends', 'final', final, false)],
        tables: { early, final },
      },
    };
  },
});

function finalRatio(run: readonly VariantRow[]): number {
  return ratioOf(run[run.length - 1], 'mean');
}

function earlyRatio(run: readonly VariantRow[]): number {
  const ratio = earlyJointRatio(run.map((row) => ({ signal: row.signal_mean, noise: row.noise_mean })));
  if (ratio !== undefined) return ratio;
  const [{ variant, nsnr2, seed }] = run;
  throw new StageError(
    `'${variant}' at n·SNR² = ${nsnr2}, seed ${seed}: signal and noise learning never became ${EARLY_JOINT_GROWTH} ` +
      'times ' +
      'their start: train for longer, or start from smaller weights',
  );
}

/** Whether the mean over trainings is at its end what it was at half the iterations, as far as one sees. */
function isSettled(runs: readonly VariantRow[][]): boolean {
  const end = aboveFloor(bandOf(runs.map(finalRatio))).mean;
  const half = aboveFloor(bandOf(runs.map(halfwayRatio))).mean;
  return Math.abs(end / half - 1) <= SETTLED;
}

function halfwayRatio(run: readonly VariantRow[]): number {
  const half = run[run.length - 1].iteration / 2;
  return finalRatio(run.filter(({ iteration }) => iteration <= half));
}

function aboveFloor({ mean, min, max }: Band): Band {
  return { mean: Math.max(FLOOR, mean), min: Math.max(FLOOR, min), max: Math.max(FLOOR, max) };
}
