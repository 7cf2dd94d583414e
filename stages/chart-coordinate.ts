import { sort } from 'd3-array';
import * as v from 'valibot';
import { defineKind, StageError } from '../engine/kind.ts';
import { bandsAlong, boundsOf } from '../science/bands.ts';
import { EARLY_GROWTH } from '../science/early-phase.ts';
import { type Axis, logAxis } from './figure/axis.ts';
import { endingOf } from './figure/ending.ts';
import { coloredBy } from './figure/look.ts';
import { bandMarks, type Mark, pointMark, referenceMarks } from './figure/panel.ts';
import { seedCount } from './figure/seed-count.ts';
import { SERIES } from './figure/theme.ts';
import { chartFile } from './formats/chart.ts';
import { type ConvergenceRow, convergenceTable } from './formats/convergence.ts';
import { count, positive } from './schemas.ts';

const HEIGHT = 130;

const sizes = v.strictObject({ n: count, d: count, t: positive });
type Sizes = v.InferOutput<typeof sizes>;

/** Figure A5: whether n·SNR² alone decides the ratio, whatever n, d and t are. */
export default defineKind({
  name: 'chart-coordinate',
  module: import.meta.url,
  light: true,
  params: v.strictObject({
    /** The sizes of the first curve. */
    base: sizes,
    /** The sizes of the others. */
    curves: v.pipe(v.array(sizes), v.maxLength(SERIES.length - 1)),
  }),
  inputs: { trainings: convergenceTable },
  outputs: { chart: chartFile },
  run({ params, inputs }) {
    const { base } = params;
    const rows = inputs.trainings;
    const diffusion = rows.filter(({ model }) => model === 'diffusion');
    const curves = [base, ...params.curves].map((curve) => {
      const name = `n = ${curve.n}, d = ${curve.d}${curve.t === base.t ? '' : `, t = ${curve.t}`}`;
      const found = diffusion.filter((row) => sameSizes(row, curve));
      if (found.length === 0) throw new StageError(`no training at ${name} is among the inputs of the figure`);
      // The classifier has no t: it belongs to the curve at the t of the base.
      const classifier = rows.filter((row) => row.t === undefined && sameSizes({ ...row, t: base.t }, curve));
      return { name, diffusion: found, classifier };
    });
    const table = (model: 'diffusion' | 'classifier', ratioOf: (row: ConvergenceRow) => number) =>
      curves.flatMap((curve) =>
        bandsAlong(curve[model], ({ nsnr2 }) => nsnr2, ratioOf).map((band) => ({ curve: curve.name, ...band })),
      );
    const [early, mean] = [table('diffusion', ratioEarly), table('diffusion', ratioMean)];
    const [max, classifier] = [table('diffusion', ratioMax), table('classifier', ratioMax)];
    const xs = sort(new Set(early.map(({ x }) => x)));
    const theory = xs.map((x) => ({ x, y: x / 2 }));
    const one = xs.map((x) => ({ x, y: 1 }));

    const names = curves.map(({ name }) => name);
    const look = coloredBy('curve', Object.fromEntries(names.map((name, i) => [name, SERIES[i]])));
    const x = logAxis('n·SNR²', xs);
    const yMean = logAxis('signal / noise (mean)', [...boundsOf([...early, ...mean]), ...theory.map(({ y }) => y)]);
    const yMax = logAxis('signal / noise (max)', [1, ...boundsOf(max)]);
    const yClassifier = logAxis('signal / noise (max)', [1, ...boundsOf(classifier)]);
    const lines = (name: string, y: Axis) => [...bandMarks(name, x, y, look), pointMark(name, x, y, look)];
    const panelOf = (title: string, ...marks: Mark[]) => ({ title, height: HEIGHT, marks });
    const theoryMarks = referenceMarks(
      { table: 'n·SNR²/2', nameAt: Math.floor(xs.length / 2), nameSide: 'below', role: 'theory' },
      x,
      yMean,
    );
    const oneMarks = (y: Axis) =>
      referenceMarks({ table: 'ratio 1', nameAt: 0, nameSide: 'above', role: 'guide' }, x, y);

    const shows =
      'Curves differ by n, d or t; along a curve ‖μ‖ varies. Lines are means and bands the range over ' +
      `${seedCount(rows)} seeds. (a) The ratio of mean |⟨w, μ⟩| to mean |⟨w, ξ⟩| where mean noise learning is ` +
      `${EARLY_GROWTH} times its start, with the n·SNR²/2 of theory. (b) The ratio of the largest ones when the ` +
      'training of the classifier ends. (c), (d) The ratio when the training of the diffusion model ends, of the ' +
      `means and of the largest ones. ${endingOf(diffusion)}`;
    return {
      chart: {
        title: 'Is n·SNR² the right coordinate?',
        shows,
        columns: 2,
        panels: [
          panelOf('Diffusion model, early phase', ...lines('early', yMean), ...theoryMarks),
          panelOf('Classifier, at the end', ...lines('classifier', yClassifier), ...oneMarks(yClassifier)),
          panelOf('Diffusion model, at the end, means', ...lines('mean', yMean), ...theoryMarks),
          panelOf('Diffusion model, at the end, largest', ...lines('max', yMax), ...oneMarks(yMax)),
        ],
        tables: {
          early,
          classifier,
          mean,
          max,
          'n·SNR²/2': theory,
          'ratio 1': one,
        },
      },
    };
  },
});

function sameSizes(row: Pick<ConvergenceRow, 'n' | 'd' | 't'>, { n, d, t }: Sizes): boolean {
  return row.n === n && row.d === d && row.t === t;
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
