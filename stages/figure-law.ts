import { groups } from 'd3-array';
import * as v from 'valibot';
import { defineKind, many, StageError } from '../engine/kind.ts';
import { bandsAlong } from '../science/bands.ts';
import { meanField } from '../science/mean-field.ts';
import { logLogSlope } from '../science/power-law.ts';
import { exp, ln } from '../science/special-functions.ts';
import { linearAxis, logAxis } from './figure/axis.ts';
import { captionOf, captionSchema } from './figure/caption.ts';
import { drawingInputs } from './figure/drawing.ts';
import { endingOf } from './figure/ending.ts';
import { coloredBy, shadedBy } from './figure/look.ts';
import { lineMark, type Mark, rangeMarks, referenceMarks, scatterMark } from './figure/panel.ts';
import { renderFigure } from './figure/render.ts';
import { COLORS, SERIES } from './figure/theme.ts';
import { figureOutputs } from './formats/figure.ts';
import { isSymmetric, type MeanFieldRow, meanFieldTable } from './formats/mean-field.ts';
import { count, positive } from './schemas.ts';

const HEIGHT = 150;
/** Points of a curve that mathematics draws. */
const CURVE_POINTS = 49;

const OTHER_SIZES = 'other n and d';
const COMMON = 'common';
const OUTSIDE = 'outside';
const GAP = 'class gap';

/** Figure A10: the stationary ratio is that of the mean field, which n·SNR², κ and m decide (paper.md §5). */
export default defineKind({
  name: 'figure-law',
  module: import.meta.url,
  params: v.strictObject({
    ...captionSchema.entries,
    /** The sizes of (a), (c) and (d). */
    n: count,
    d: count,
    m: count,
    /** The values of n·SNR² between which exponents are measured. */
    low: positive,
    high: positive,
  }),
  inputs: { trainings: many(meanFieldTable), drawing: drawingInputs },
  outputs: figureOutputs,
  async run({ params, inputs }) {
    const { n, d, m, low, high } = params;
    const rows = inputs.trainings.flat();
    const isBase = (row: MeanFieldRow) => row.n === n && row.d === d && row.m === m;
    if (!rows.some(isBase))
      throw new StageError(`no training at n = ${n}, d = ${d}, m = ${m} is an input of the figure`);
    const symmetric = rows.filter(isSymmetric);
    const atSize = symmetric.filter((row) => row.n === n && row.d === d);
    const others = symmetric.filter((row) => row.n !== n || row.d !== d);
    const base = atSize.filter(isBase);
    const special = rows.filter((row) => isBase(row) && !isSymmetric(row));
    const networks = groups(atSize, (row) => row.m)
      .map(([m, rows]) => ({ m, name: `m = ${m}`, rows }))
      .sort((a, b) => a.m - b.m);
    const sweeps = [...new Set(rows.filter(isBase).map(kappaOf))].sort((a, b) => a - b);
    const kappas = curveThrough(sweeps);
    const settings = curveThrough(rows.filter(isBase).map(({ nsnr2 }) => nsnr2));

    const ratio = sweeps.flatMap((kappa) => {
      const sweep = base.filter((row) => row.kappa === kappa);
      return bandTable(
        kappaName(kappa),
        sweep,
        ({ nsnr2 }) => nsnr2,
        ({ ratio }) => ratio,
      );
    });
    const ratioCurves = sweeps.flatMap((kappa) =>
      settings.map((nsnr2) => ({ name: kappaName(kappa), x: nsnr2, y: meanField({ nsnr2, kappa, m }).ratio })),
    );
    const specialised = special.map(({ kappa, nsnr2, ratio }) => ({ name: kappaName(kappa), x: nsnr2, y: ratio }));
    const theorem = settings.map((nsnr2) => ({ x: nsnr2, y: nsnr2 / 2 }));

    const exponent = [...networks, { name: OTHER_SIZES, rows: others }].flatMap(({ name, rows }) =>
      bandTable(name, slopesOf(rows, low, high), kappaOf, ({ slope }) => slope),
    );
    const exponentCurves = networks.flatMap(({ m, name }) =>
      kappas.map((kappa) => {
        const ratioAt = (nsnr2: number) => ({ x: nsnr2, y: meanField({ nsnr2, kappa, m }).ratio });
        return { name, x: kappa, y: logLogSlope([ratioAt(low), ratioAt(high)]) };
      }),
    );

    const lowRows = base.filter(({ nsnr2 }) => nsnr2 === low);
    const parts = [
      ...bandTable(COMMON, lowRows, kappaOf, (row) => row.common),
      ...bandTable(OUTSIDE, lowRows, kappaOf, (row) => row.outside),
      ...bandTable(GAP, lowRows, kappaOf, (row) => row.class_gap),
    ];
    const outsideCurve = kappas.map((kappa) => ({
      name: OUTSIDE,
      x: kappa,
      y: meanField({ nsnr2: low, kappa, m }).outside,
    }));

    const left = lowRows.map((row) => ({
      name: kappaName(row.kappa),
      x: row.noise_overlap,
      y: row.ratio / row.ratio_mean_field,
    }));
    const overlaps = curveThrough(left.map((point) => point.x)).map((overlap) => ({ x: overlap, y: 1 / overlap }));

    const byKappa = shadedBy('name', sweeps.map(kappaName));
    const networkNames = [...networks.map(({ name }) => name), ...(others.length > 0 ? [OTHER_SIZES] : [])];
    const byNetwork = coloredBy('name', Object.fromEntries(networkNames.map((name, i) => [name, SERIES[i]])), 'circle');
    const byPart = coloredBy(
      'name',
      { [COMMON]: COLORS.diffusion, [OUTSIDE]: COLORS.noise, [GAP]: COLORS.signal },
      'circle',
    );
    const x = logAxis('n·SNR²', settings);
    const xKappa = logAxis('κ = nβ²/(α²σ_ξ²d)', kappas);
    const xOverlap = linearAxis(
      '‖Σξ‖² / Σ‖ξ‖²',
      overlaps.map((point) => point.x),
    );
    const yRatio = logAxis(
      'signal / noise learning (mean)',
      [...theorem, ...ratioCurves].map(({ y }) => y),
    );
    const yExponent = linearAxis('exponent', [0, 1]);
    const yPart = linearAxis('share', [0, 1]);
    const yLeft = linearAxis(
      'ratio / mean field',
      [...left, ...overlaps].map(({ y }) => y),
    );
    const panelOf = (title: string, ...marks: Mark[]) => ({ title, height: HEIGHT, marks });
    const seeds = new Set(rows.map(({ seed }) => seed)).size;
    const shows =
      `Dots are means and bars the range over ${seeds} seeds; lines are the mean field, without a fitted constant. ` +
      '(a) The ratio of mean |⟨w, μ⟩| to mean |⟨w, ξ⟩| when training ends, with the n·SNR²/2 of theory; crosses: runs ' +
      'that end with one specialised neuron, which no mean field is about. (b) The exponent p of ratio ∝ (n·SNR²)^p ' +
      `between n·SNR² = ${low} and ${high}. (c) What is behind it, at n·SNR² = ${low}; ${COMMON}: the share of ‖W·Xᵀ‖² that ` +
      `all neurons have in common, which the mean field takes for 1; ${OUTSIDE}: the share of ‖W‖² outside of the span of ` +
      `the data, which it gives; ${GAP}: mean |⟨w, μ_1⟩ − ⟨w, μ_-1⟩| by mean |⟨w, μ⟩|, which it takes for 0. (d) What is left of each run at ` +
      `n·SNR² = ${low}: noise patches are not quite orthogonal, and where κ is large, the ratio is that of the mean field ` +
      `by their overlap. ${endingOf(rows)}`;
    return renderFigure(
      {
        caption: captionOf(params, 'The law of the stationary ratio', shows),
        columns: 2,
        ownLegends: true,
        panels: [
          panelOf(
            'Ratio when training ends',
            ...referenceMarks({ table: 'n·SNR²/2', nameAt: 8, nameSide: 'below', role: 'theory' }, x, yRatio),
            lineMark('mean field of the ratio', x, yRatio, byKappa),
            ...rangeMarks('ratio', x, yRatio, byKappa),
            scatterMark('specialised', x, yRatio, byKappa, 'cross'),
          ),
          panelOf(
            'Exponent',
            lineMark('mean field of the exponent', xKappa, yExponent, byNetwork),
            ...rangeMarks('exponent', xKappa, yExponent, byNetwork),
          ),
          panelOf(
            'What is behind it',
            lineMark('mean field of the share outside', xKappa, yPart, byPart),
            ...rangeMarks('parts', xKappa, yPart, byPart),
          ),
          panelOf(
            'What is left',
            ...referenceMarks({ table: '1 / overlap', nameAt: 8, nameSide: 'above', role: 'theory' }, xOverlap, yLeft),
            scatterMark('left', xOverlap, yLeft, byKappa, 'circle'),
          ),
        ],
        tables: {
          'n·SNR²/2': theorem,
          'mean field of the ratio': ratioCurves,
          ratio,
          specialised,
          'mean field of the exponent': exponentCurves,
          exponent,
          'mean field of the share outside': outsideCurve,
          parts,
          '1 / overlap': overlaps,
          left,
        },
      },
      inputs.drawing,
    );
  },
});

/** The exponent of the ratio of each seed at each size and time, between two values of n·SNR². */
function slopesOf(rows: readonly MeanFieldRow[], low: number, high: number) {
  const ends = rows.filter(({ nsnr2 }) => nsnr2 === low || nsnr2 === high);
  return groups(ends, ({ n, d, t, seed }) => `${n} ${d} ${t} ${seed}`).map(([, run]) => ({
    kappa: run[0].kappa,
    slope: logLogSlope(run.map((row) => ({ x: row.nsnr2, y: row.ratio }))),
  }));
}

/** Values from the least to the greatest, spaced evenly in their logarithm. */
function curveThrough(values: readonly number[]): number[] {
  const [from, to] = [ln(Math.min(...values)), ln(Math.max(...values))];
  return Array.from({ length: CURVE_POINTS }, (_, i) => exp(from + ((to - from) * i) / (CURVE_POINTS - 1)));
}

function bandTable<Item>(
  name: string,
  items: readonly Item[],
  xOf: (item: Item) => number,
  yOf: (item: Item) => number,
) {
  return bandsAlong(items, xOf, yOf).map((band) => ({ name, ...band }));
}

function kappaOf({ kappa }: { readonly kappa: number }): number {
  return kappa;
}

function kappaName(kappa: number): string {
  return `κ = ${Number(kappa.toPrecision(3))}`;
}
