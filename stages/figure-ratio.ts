import { defineKind, many, StageError } from '../engine/kind.ts';
import { type Band, bandsAlong } from '../science/bands.ts';
import { EARLY_GROWTH, earlyPhaseRatio } from '../science/early-phase.ts';
import { logAxis } from './figure/axis.ts';
import { captionOf, captionSchema } from './figure/caption.ts';
import { drawingInputs } from './figure/drawing.ts';
import { coloredBy } from './figure/look.ts';
import { bandMarks, panel, pointMark, referenceMarks } from './figure/panel.ts';
import { renderFigure } from './figure/render.ts';
import { MODEL_NAMES, nameOf, requirePositive, rowsOf, runsOf, seedsOf, valuesOf } from './figure/rows.ts';
import { COLORS } from './figure/theme.ts';
import { type AlignmentRow, alignmentTable } from './formats/alignments.ts';
import { figurePng, figureSpec, figureSvg } from './formats/figure.ts';

const MODELS = coloredBy('model', {
  [MODEL_NAMES.diffusion]: COLORS.diffusion,
  [MODEL_NAMES.classifier]: COLORS.classifier,
});

/** Figure 1: the ratio of signal to noise learning against n·SNR², when training ends and early in it. */
export default defineKind({
  name: 'figure-ratio',
  module: import.meta.url,
  params: captionSchema,
  inputs: { alignments: many(alignmentTable), drawing: drawingInputs },
  outputs: { spec: figureSpec, svg: figureSvg, png: figurePng },
  async run({ params, inputs }) {
    const rows = inputs.alignments.flat();
    requirePositive(rows, 'nsnr2', 'signal_max', 'signal_mean', 'noise_max', 'noise_mean');
    const diffusion = runsOf(rowsOf(rows, 'diffusion'));
    const classifier = runsOf(rowsOf(rows, 'classifier'));
    const final = [
      ...ratioTable(diffusion, MODEL_NAMES.diffusion, finalRatio),
      ...ratioTable(classifier, MODEL_NAMES.classifier, finalRatio),
    ];
    const early = ratioTable(diffusion, MODEL_NAMES.diffusion, earlyRatio);
    const theory = early.map(({ x }) => ({ x, y: x / 2 }));
    const middle = Math.floor(theory.length / 2);
    const one = early.map(({ x }) => ({ x, y: 1 }));

    const x = logAxis('n·SNR²', valuesOf(rows, 'nsnr2'));
    const yFinal = logAxis('signal / noise learning (max)', boundsOf(final));
    const yEarly = logAxis('signal / noise learning (mean)', [...boundsOf(early), ...theory.map(({ y }) => y)]);
    const shows =
      `Lines are means and bands the range over ${seedsOf(rows)} seeds. (a) The ratio of the largest |⟨w, μ⟩| to the largest ` +
      '|⟨w, ξ⟩| when training ends. (b) The ratio of their means in the early phase of the diffusion model, at the ' +
      `(interpolated) iteration where mean noise learning is ${EARLY_GROWTH} times its start, with the ratio n·SNR²/2 ` +
      'that theory gives for the increments of the two.';
    return renderFigure(
      {
        caption: captionOf(params, 'Ratio of signal learning to noise learning', shows),
        columns: 2,
        panels: [
          panel({
            title: '(a) When training ends',
            height: 230,
            marks: [
              ...bandMarks('final', x, yFinal, MODELS),
              pointMark('final', x, yFinal, MODELS),
              ...referenceMarks({ table: 'ratio 1', nameAt: 0, nameSide: 'above' }, x, yFinal),
            ],
          }),
          panel({
            title: '(b) Early phase of the diffusion model',
            height: 230,
            marks: [
              ...bandMarks('early', x, yEarly, MODELS),
              pointMark('early', x, yEarly, MODELS),
              ...referenceMarks({ table: 'theory n·SNR²/2', nameAt: middle, nameSide: 'below' }, x, yEarly),
            ],
          }),
        ],
        tables: { final, early, 'ratio 1': one, 'theory n·SNR²/2': theory },
      },
      inputs.drawing,
    );
  },
});

/** The band over seeds of one ratio a run, at each n·SNR² in increasing order. */
function ratioTable(runs: readonly AlignmentRow[][], model: string, ratioOf: (run: readonly AlignmentRow[]) => number) {
  return bandsAlong(runs, ([row]) => row.nsnr2, ratioOf).map((band) => ({ model, ...band }));
}

function boundsOf(bands: readonly Band[]): number[] {
  return bands.flatMap(({ min, max }) => [min, max]);
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
