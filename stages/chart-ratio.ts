import * as v from 'valibot';
import { defineKind, many, StageError } from '../engine/kind.ts';
import { bandsAlong, boundsOf } from '../science/bands.ts';
import { EARLY_GROWTH, earlyPhaseRatio } from '../science/early-phase.ts';
import { forwardStep } from '../science/forward-step.ts';
import { kappaOf, meanField } from '../science/mean-field.ts';
import { logAxis } from './figure/axis.ts';
import { plain } from './figure/look.ts';
import { MODEL_NAMES, MODELS } from './figure/models.ts';
import { bandMarks, pointMark, referenceMarks, scatterMark } from './figure/panel.ts';
import { nameOf, requirePositive, rowsOf, runsOf, valuesOf } from './figure/rows.ts';
import { seedCount } from './figure/seed-count.ts';
import { COLORS } from './figure/theme.ts';
import { type AlignmentRow, alignmentTable } from './formats/alignments.ts';
import { chartFile } from './formats/chart.ts';
import { count, positive } from './schemas.ts';

/** Where the largest signal learning is more than so many times the mean, one neuron has specialised. */
const SPECIALISED = 1.5;

/** Figure 1: the ratio of signal to noise learning against n·SNR², when training ends and early in it. */
export default defineKind({
  name: 'chart-ratio',
  module: import.meta.url,
  light: true,
  params: v.strictObject({
    /** The sizes of the diffusion model's trainings, and the time of their forward step. */
    n: count,
    d: count,
    sigma: positive,
    m: count,
    t: positive,
  }),
  inputs: { alignments: many(alignmentTable) },
  outputs: { chart: chartFile },
  run({ params, inputs }) {
    const rows = inputs.alignments.flat();
    requirePositive(rows, 'nsnr2', 'signal_max', 'signal_mean', 'noise_max', 'noise_mean');
    const diffusion = runsOf(rowsOf(rows, 'diffusion'));
    const classifier = runsOf(rowsOf(rows, 'classifier'));
    const final = [
      ...ratioTable(diffusion, MODEL_NAMES.diffusion, finalRatio),
      ...ratioTable(classifier, MODEL_NAMES.classifier, finalRatio),
    ];
    const early = ratioTable(diffusion, MODEL_NAMES.diffusion, earlyRatio);
    const specialised = diffusion.flatMap((run) => {
      const last = run[run.length - 1];
      return last.signal_max > SPECIALISED * last.signal_mean ? [{ x: last.nsnr2, y: finalRatio(run) }] : [];
    });
    const theory = early.map(({ x }) => ({ x, y: x / 2 }));
    const kappa = kappaOf({ ...params, forward: forwardStep(params.t) });
    const stationary = early.map(({ x }) => ({ x, y: meanField({ nsnr2: x, kappa, m: params.m }).ratio }));
    const middle = Math.floor(theory.length / 2);
    const one = early.map(({ x }) => ({ x, y: 1 }));

    const x = logAxis('n·SNR²', valuesOf(rows, 'nsnr2'));
    const yFinal = logAxis('signal / noise learning (max)', [
      ...boundsOf(final),
      ...[...theory, ...stationary].map(({ y }) => y),
    ]);
    const yEarly = logAxis('signal / noise learning (mean)', [...boundsOf(early), ...theory.map(({ y }) => y)]);
    const shows =
      `Lines are means and bands the range over ${seedCount(rows)} seeds. (a) The ratio of the largest |⟨w, μ⟩| to ` +
      'the largest |⟨w, ξ⟩| when training ends; crosses: runs that end with one specialised neuron. In grey the ' +
      'ratio 1 and, of the means, the n·SNR²/2 of theory (dotted) and the mean field (dashed and dotted). (b) The ' +
      'ratio of their means in the early phase of the diffusion model, at the (interpolated) iteration where mean ' +
      `noise learning is ${EARLY_GROWTH} times its start, with the ratio n·SNR²/2 that theory gives for the ` +
      'increments of the two.';
    return {
      chart: {
        title: 'Ratio of signal learning to noise learning',
        shows,
        columns: 2,
        panels: [
          {
            title: 'When training ends',
            height: 165,
            marks: [
              ...bandMarks('final', x, yFinal, MODELS),
              pointMark('final', x, yFinal, MODELS),
              scatterMark('specialised', x, yFinal, plain(COLORS.diffusion), 'cross'),
              ...referenceMarks({ table: 'ratio 1', nameAt: 0, nameSide: 'above', role: 'guide' }, x, yFinal),
              ...referenceMarks(
                { table: 'n·SNR²/2', nameAt: Math.min(1, theory.length - 1), nameSide: 'below', role: 'theory' },
                x,
                yFinal,
              ),
              ...referenceMarks(
                {
                  table: 'mean field',
                  nameAt: theory.length - 1,
                  nameSide: 'above',
                  nameAlign: 'right',
                  role: 'other theory',
                },
                x,
                yFinal,
              ),
            ],
          },
          {
            title: 'Early phase of the diffusion model',
            height: 165,
            marks: [
              ...bandMarks('early', x, yEarly, MODELS),
              pointMark('early', x, yEarly, MODELS),
              ...referenceMarks({ table: 'n·SNR²/2', nameAt: middle, nameSide: 'below', role: 'theory' }, x, yEarly),
            ],
          },
        ],
        tables: { final, specialised, early, 'ratio 1': one, 'n·SNR²/2': theory, 'mean field': stationary },
      },
    };
  },
});

/** The band over seeds of one ratio a run, at each n·SNR² in increasing order. */
function ratioTable(runs: readonly AlignmentRow[][], model: string, ratioOf: (run: readonly AlignmentRow[]) => number) {
  return bandsAlong(runs, ([row]) => row.nsnr2, ratioOf).map((band) => ({ model, ...band }));
}

function finalRatio(run: readonly AlignmentRow[]): number {
  const last = run[run.length - 1];
  return last.signal_max / last.noise_max;
}

function earlyRatio(run: readonly AlignmentRow[]): number {
  const ratio = earlyPhaseRatio(run.map((row) => ({ signal: row.signal_mean, noise: row.noise_mean })));
  if (ratio !== undefined) return ratio;
  throw new StageError(
    `up to ${nameOf(run[run.length - 1])}, noise learning never became ${EARLY_GROWTH} times its start: train for longer`,
  );
}
