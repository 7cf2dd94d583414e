import { groups } from 'd3-array';
import * as v from 'valibot';
import { defineKind, many, StageError } from '../engine/kind.ts';
import { type Band, bandsAlong } from '../science/bands.ts';
import { EARLY_GROWTH } from '../science/early-phase.ts';
import { forwardStep } from '../science/forward-step.ts';
import { logLogSlope } from '../science/power-law.ts';
import { type Axis, linearAxis, logAxis } from './figure/axis.ts';
import { captionOf, captionSchema } from './figure/caption.ts';
import { drawingInputs } from './figure/drawing.ts';
import { endingOf } from './figure/ending.ts';
import { coloredBy } from './figure/look.ts';
import { bandMarks, type Mark, panel, pointMark, rangeMarks, referenceMarks } from './figure/panel.ts';
import { renderFigure } from './figure/render.ts';
import { SERIES } from './figure/theme.ts';
import { type ConvergenceRow, convergenceTable } from './formats/convergence.ts';
import { figurePng, figureSpec, figureSvg } from './formats/figure.ts';
import { count, positive } from './schemas.ts';

const HEIGHT = 160;

const sizes = v.strictObject({ n: count, d: count, t: positive });
type Sizes = v.InferOutput<typeof sizes>;

/** Figure A5: whether n·SNR² alone decides the ratio, whatever n, d and t are, and what brings its exponent near 1. */
export default defineKind({
  name: 'figure-coordinate',
  module: import.meta.url,
  params: v.strictObject({
    ...captionSchema.entries,
    /** Standard deviation σ_ξ of the noise of the data. */
    sigma: positive,
    /** The sizes of the first curve. */
    base: sizes,
    /** The sizes of the others; the last colour is for the base at other t. */
    curves: v.pipe(v.array(sizes), v.maxLength(SERIES.length - 2)),
    /** The values of n·SNR² between which exponents are measured. */
    low: positive,
    high: positive,
  }),
  inputs: { trainings: many(convergenceTable), drawing: drawingInputs },
  outputs: { spec: figureSpec, svg: figureSvg, png: figurePng },
  async run({ params, inputs }) {
    const { base, low, high, sigma } = params;
    const rows = inputs.trainings.flat();
    const diffusion = rows.filter(({ model }) => model === 'diffusion');
    const curves = [base, ...params.curves].map((curve) => {
      const name = `n = ${curve.n}, d = ${curve.d}${curve.t === base.t ? '' : `, t = ${curve.t}`}`;
      const found = diffusion.filter((row) => sameSizes(row, curve));
      if (found.length === 0) throw new StageError(`no training at ${name} is among the inputs of the figure`);
      // The classifier has no t: it belongs to the curve at the t of the base.
      const classifier = rows.filter((row) => row.t === undefined && sameSizes({ ...row, t: base.t }, curve));
      return { name, diffusion: found, classifier };
    });
    const otherTimes = diffusion.filter((row) => row.t !== base.t && sameSizes({ ...row, t: base.t }, base));

    const table = (model: 'diffusion' | 'classifier', ratioOf: (row: ConvergenceRow) => number) =>
      curves.flatMap((curve) => bandTable(curve.name, curve[model], ({ nsnr2 }) => nsnr2, ratioOf));
    const [early, mean] = [table('diffusion', ratioEarly), table('diffusion', ratioMean)];
    const [max, classifier] = [table('diffusion', ratioMax), table('classifier', ratioMax)];
    const xs = Array.from(new Set(early.map(({ x }) => x))).sort((a, b) => a - b);
    const theory = xs.map((x) => ({ x, y: x / 2 }));
    const one = xs.map((x) => ({ x, y: 1 }));

    /** n β²/(α² σ_ξ² d). */
    const coordinateOf = ({ n, d, t = base.t }: ConvergenceRow) => {
      const { alpha, beta } = forwardStep(t);
      return (n * beta * beta) / (alpha * alpha * sigma * sigma * d);
    };
    const exponents = (ratioOf: (row: ConvergenceRow) => number) =>
      [...curves, { name: OTHER_TIMES, diffusion: otherTimes }].flatMap(({ name, diffusion }) => {
        const ends = diffusion.filter(({ nsnr2 }) => nsnr2 === low || nsnr2 === high);
        const slopes = groups(ends, ({ t, seed }) => `${t} ${seed}`).map(([, run]) => ({
          x: coordinateOf(run[0]),
          slope: logLogSlope(run.map((row) => ({ x: row.nsnr2, y: ratioOf(row) }))),
        }));
        return bandTable(
          name,
          slopes,
          ({ x }) => x,
          ({ slope }) => slope,
        );
      });
    const [exponentMax, exponentMean] = [exponents(ratioMax), exponents(ratioMean)];
    const theorem = [...exponentMax].sort((a, b) => a.x - b.x).map(({ x }) => ({ x, y: 1 }));

    const names = [...curves.map(({ name }) => name), OTHER_TIMES];
    const look = coloredBy('curve', Object.fromEntries(names.map((name, i) => [name, SERIES[i]])));
    const x = logAxis('n·SNR²', xs);
    const xExponent = logAxis(
      'n β² / (α² σ_ξ² d)',
      theorem.map((point) => point.x),
    );
    const yMean = logAxis('signal / noise (mean)', [...boundsOf([...early, ...mean]), ...theory.map(({ y }) => y)]);
    const yMax = logAxis('signal / noise (max)', [1, ...boundsOf(max)]);
    const yClassifier = logAxis('signal / noise (max)', [1, ...boundsOf(classifier)]);
    const yExponent = linearAxis('exponent', [0, 1, ...boundsOf([...exponentMax, ...exponentMean])]);
    const lines = (name: string, y: Axis) => [...bandMarks(name, x, y, look), pointMark(name, x, y, look)];
    const panelOf = (title: string, ...marks: Mark[]) => panel({ title, height: HEIGHT, marks });
    const theoryMarks = referenceMarks(
      { table: 'n·SNR²/2', nameAt: Math.floor(xs.length / 2), nameSide: 'below' },
      x,
      yMean,
    );
    const oneMarks = (y: Axis) => referenceMarks({ table: 'ratio 1', nameAt: 0, nameSide: 'above' }, x, y);
    const theoremMarks = referenceMarks({ table: 'exponent 1', nameAt: 0, nameSide: 'below' }, xExponent, yExponent);

    const seeds = new Set(rows.map(({ seed }) => seed)).size;
    const shows =
      `Curves differ by n, d or t; along a curve ‖μ‖ varies. Lines are means and bands the range over ${seeds} seeds. ` +
      `(a) The ratio of mean |⟨w, μ⟩| to mean |⟨w, ξ⟩| where mean noise learning is ${EARLY_GROWTH} times its start, with ` +
      'the n·SNR²/2 of theory. (b) The ratio of the largest ones when the training of the classifier ends. (c), (d) The ' +
      'ratio when the training of the diffusion model ends, of the means and of the largest ones. (e), (f) The exponent p ' +
      `of ratio ∝ (n·SNR²)^p between n·SNR² = ${low} and ${high}, of (c) and (d), against n β²/(α² σ_ξ² d): ` +
      'n times the variance of the noise in x_t, by the squared norm of a noise patch in it; where that is large, the ' +
      `part of the loss that does not depend on the data decides. ${endingOf(diffusion)}`;
    return renderFigure(
      {
        caption: captionOf(params, 'Is n·SNR² the right coordinate?', shows),
        columns: 2,
        panels: [
          panelOf('(a) Diffusion model, early phase', ...lines('early', yMean), ...theoryMarks),
          panelOf('(b) Classifier, at the end', ...lines('classifier', yClassifier), ...oneMarks(yClassifier)),
          panelOf('(c) Diffusion model, at the end, means', ...lines('mean', yMean), ...theoryMarks),
          panelOf('(d) Diffusion model, at the end, largest', ...lines('max', yMax), ...oneMarks(yMax)),
          panelOf(
            '(e) Exponent of (c)',
            ...rangeMarks('exponent of means', xExponent, yExponent, look),
            ...theoremMarks,
          ),
          panelOf(
            '(f) Exponent of (d)',
            ...rangeMarks('exponent of largest', xExponent, yExponent, look),
            ...theoremMarks,
          ),
        ],
        tables: {
          early,
          classifier,
          mean,
          max,
          'exponent of means': exponentMean,
          'exponent of largest': exponentMax,
          'n·SNR²/2': theory,
          'ratio 1': one,
          'exponent 1': theorem,
        },
      },
      inputs.drawing,
    );
  },
});

/** The name of the trainings at the base's n and d, at other t. */
const OTHER_TIMES = 'n and d as the first, other t';

function sameSizes(row: Pick<ConvergenceRow, 'n' | 'd' | 't'>, { n, d, t }: Sizes): boolean {
  return row.n === n && row.d === d && row.t === t;
}

/** The bands of one curve. */
function bandTable<Item>(
  curve: string,
  items: readonly Item[],
  xOf: (item: Item) => number,
  yOf: (item: Item) => number,
) {
  return bandsAlong(items, xOf, yOf).map((band) => ({ curve, ...band }));
}

function boundsOf(bands: readonly Band[]): number[] {
  return bands.flatMap(({ min, max }) => [min, max]);
}

function ratioMax({ ratio_max }: ConvergenceRow): number {
  return ratio_max;
}

function ratioMean({ ratio_mean }: ConvergenceRow): number {
  return ratio_mean;
}

function ratioEarly({ ratio_early, n, d, nsnr2, seed }: ConvergenceRow): number {
  if (ratio_early !== undefined) return ratio_early;
  throw new StageError(
    `at n = ${n}, d = ${d}, n·SNR² = ${nsnr2}, seed ${seed}, noise learning never became ${EARLY_GROWTH} times its start`,
  );
}
