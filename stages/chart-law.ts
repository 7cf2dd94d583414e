import { groups, sort } from 'd3-array';
import * as v from 'valibot';
import { defineKind, many, StageError } from '../engine/kind.ts';
import { bandsAlong } from '../science/bands.ts';
import { meanField } from '../science/mean-field.ts';
import { logLogSlope } from '../science/power-law.ts';
import { exp, ln } from '../science/special-functions.ts';
import { type Axis, linearAxis, logAxis } from './figure/axis.ts';
import { endingOf } from './figure/ending.ts';
import { coloredBy, type Look, shadedBy } from './figure/look.ts';
import { lineMark, type Panel, rangeMarks, referenceMarks, scatterMark } from './figure/panel.ts';
import { seedCount } from './figure/seed-count.ts';
import { COLORS, SERIES } from './figure/theme.ts';
import { type Chart, chartFile } from './formats/chart.ts';
import { isSymmetric, type MeanFieldRow, meanFieldTable } from './formats/mean-field.ts';
import { count, positive } from './schemas.ts';

const HEIGHT = 150;
/** Points of a curve that mathematics draws. */
const CURVE_POINTS = 49;
/** The point of a line of reference that its name stands at. */
const NAME_AT = 8;

const OTHER_SIZES = 'other n and d';
const COMMON = 'common';
const OUTSIDE = 'outside';
const GAP = 'class gap';

/** A panel, and the tables that it draws. */
interface Part {
  readonly panel: Panel;
  readonly tables: Chart['tables'];
}

/** The trainings of the figure. */
interface Trainings {
  /** Those of the sizes of (a), (c) and (d): that end as the mean field has it, and that do not. */
  readonly base: readonly MeanFieldRow[];
  readonly special: readonly MeanFieldRow[];
  /** Those that end as the mean field has it, of networks of each m at these n and d, and at others. */
  readonly networks: readonly { readonly m: number; readonly name: string; readonly rows: readonly MeanFieldRow[] }[];
  readonly others: readonly MeanFieldRow[];
}

/** Figure A10: the stationary ratio is that of the mean field, which n·SNR², κ and m decide (paper.md §5). */
export default defineKind({
  name: 'chart-law',
  module: import.meta.url,
  light: true,
  params: v.strictObject({
    /** The sizes of (a), (c) and (d). */
    n: count,
    d: count,
    m: count,
    /** The values of n·SNR² between which exponents are measured. */
    low: positive,
    high: positive,
  }),
  inputs: { trainings: many(meanFieldTable) },
  outputs: { chart: chartFile },
  run({ params, inputs }) {
    const { m, low, high } = params;
    const rows = inputs.trainings.flat();
    const trainings = trainingsOf(rows, params);
    const { base } = trainings;
    const sweeps = sort(new Set([...base, ...trainings.special].map(kappaOf)));
    const kappas = curveThrough(sweeps);
    const lowRows = base.filter(({ nsnr2 }) => nsnr2 === low);
    const byKappa = shadedBy('name', sweeps.map(kappaName));
    const parts = [
      ratioPart(trainings, sweeps, m, byKappa),
      exponentPart(trainings, kappas, low, high),
      behindPart(lowRows, kappas, low, m),
      leftPart(lowRows, byKappa),
    ];
    const shows =
      `Dots are means and bars the range over ${seedCount(rows)} seeds; lines are the mean field, without a fitted ` +
      'constant. (a) The ratio of mean |⟨w, μ⟩| to mean |⟨w, ξ⟩| when training ends, with the n·SNR²/2 of theory; ' +
      'crosses: runs that end with one specialised neuron, which no mean field is about. (b) The exponent p of ratio ' +
      `∝ (n·SNR²)^p between n·SNR² = ${low} and ${high}. (c) What is behind it, at n·SNR² = ${low}; ${COMMON}: the ` +
      `share of ‖W·Xᵀ‖² that all neurons have in common, which the mean field takes for 1; ${OUTSIDE}: the share of ` +
      `‖W‖² outside of the span of the data, which it gives; ${GAP}: mean |⟨w, μ_1⟩ − ⟨w, μ_-1⟩| by mean |⟨w, μ⟩|, ` +
      `which it takes for 0. (d) What is left of each run at n·SNR² = ${low}: noise patches are not quite ` +
      `orthogonal, and where κ is large, the ratio is that of the mean field by their overlap. ${endingOf(rows)}`;
    return {
      chart: {
        title: 'The law of the stationary ratio',
        shows,
        columns: 2,
        ownLegends: true,
        panels: parts.map(({ panel }) => panel),
        tables: Object.assign({}, ...parts.map(({ tables }) => tables)),
      },
    };
  },
});

/** @throws {StageError} if there is no training of the sizes. */
function trainingsOf(rows: readonly MeanFieldRow[], { n, d, m }: { n: number; d: number; m: number }): Trainings {
  const isBase = (row: MeanFieldRow) => row.n === n && row.d === d && row.m === m;
  if (!rows.some(isBase)) throw new StageError(`no training at n = ${n}, d = ${d}, m = ${m} is an input of the figure`);
  const symmetric = rows.filter(isSymmetric);
  const atSize = symmetric.filter((row) => row.n === n && row.d === d);
  return {
    base: atSize.filter(isBase),
    special: rows.filter((row) => isBase(row) && !isSymmetric(row)),
    networks: groups(atSize, (row) => row.m)
      .map(([m, rows]) => ({ m, name: `m = ${m}`, rows }))
      .sort((a, b) => a.m - b.m),
    others: symmetric.filter((row) => row.n !== n || row.d !== d),
  };
}

/** (a) The ratio against n·SNR², a curve for each κ. */
function ratioPart({ base, special }: Trainings, sweeps: readonly number[], m: number, look: Look): Part {
  const settings = curveThrough([...base, ...special].map(({ nsnr2 }) => nsnr2));
  const theorem = settings.map((nsnr2) => ({ x: nsnr2, y: nsnr2 / 2 }));
  const curves = sweeps.flatMap((kappa) =>
    settings.map((nsnr2) => ({ name: kappaName(kappa), x: nsnr2, y: meanField({ nsnr2, kappa, m }).ratio })),
  );
  const ratio = sweeps.flatMap((kappa) =>
    bandTable(
      kappaName(kappa),
      base.filter((row) => row.kappa === kappa),
      ({ nsnr2 }) => nsnr2,
      ({ ratio }) => ratio,
    ),
  );
  const specialised = special.map(({ kappa, nsnr2, ratio }) => ({ name: kappaName(kappa), x: nsnr2, y: ratio }));
  const x = logAxis('n·SNR²', settings);
  const y = logAxis(
    'signal / noise learning (mean)',
    [...theorem, ...curves].map((point) => point.y),
  );
  const marks = [
    ...referenceMarks({ table: 'n·SNR²/2', nameAt: NAME_AT, nameSide: 'below', role: 'theory' }, x, y),
    lineMark('mean field of the ratio', x, y, look),
    ...rangeMarks('ratio', x, y, look),
    scatterMark('specialised', x, y, look, 'cross'),
  ];
  return {
    panel: { title: 'Ratio when training ends', height: HEIGHT, marks },
    tables: { 'n·SNR²/2': theorem, 'mean field of the ratio': curves, ratio, specialised },
  };
}

/** (b) The exponent of the ratio between two values of n·SNR² against κ, a curve for each network. */
function exponentPart({ networks, others }: Trainings, kappas: readonly number[], low: number, high: number): Part {
  const exponent = [...networks, { name: OTHER_SIZES, rows: others }].flatMap(({ name, rows }) =>
    bandTable(name, slopesOf(rows, low, high), kappaOf, ({ slope }) => slope),
  );
  const curves = networks.flatMap(({ m, name }) =>
    kappas.map((kappa) => {
      const ratioAt = (nsnr2: number) => ({ x: nsnr2, y: meanField({ nsnr2, kappa, m }).ratio });
      return { name, x: kappa, y: logLogSlope([ratioAt(low), ratioAt(high)]) };
    }),
  );
  const names = [...networks.map(({ name }) => name), ...(others.length > 0 ? [OTHER_SIZES] : [])];
  const look = coloredBy('name', Object.fromEntries(names.map((name, i) => [name, SERIES[i]])), 'circle');
  const [x, y] = [kappaAxis(kappas), linearAxis('exponent', [0, 1])];
  const marks = [lineMark('mean field of the exponent', x, y, look), ...rangeMarks('exponent', x, y, look)];
  return {
    panel: { title: 'Exponent', height: HEIGHT, marks },
    tables: { 'mean field of the exponent': curves, exponent },
  };
}

/** (c) What of the weights is behind the ratio, against κ at one n·SNR². */
function behindPart(rows: readonly MeanFieldRow[], kappas: readonly number[], nsnr2: number, m: number): Part {
  const parts = [
    ...bandTable(COMMON, rows, kappaOf, (row) => row.common),
    ...bandTable(OUTSIDE, rows, kappaOf, (row) => row.outside),
    ...bandTable(GAP, rows, kappaOf, (row) => row.class_gap),
  ];
  const curve = kappas.map((kappa) => ({ name: OUTSIDE, x: kappa, y: meanField({ nsnr2, kappa, m }).outside }));
  const colors = { [COMMON]: COLORS.diffusion, [OUTSIDE]: COLORS.noise, [GAP]: COLORS.signal };
  const look = coloredBy('name', colors, 'circle');
  const [x, y] = [kappaAxis(kappas), linearAxis('share', [0, 1])];
  const marks = [lineMark('mean field of the share outside', x, y, look), ...rangeMarks('parts', x, y, look)];
  return {
    panel: { title: 'What is behind it', height: HEIGHT, marks },
    tables: { 'mean field of the share outside': curve, parts },
  };
}

/** (d) What the mean field leaves of the ratio of each run, against how the noise patches overlap. */
function leftPart(rows: readonly MeanFieldRow[], look: Look): Part {
  const left = rows.map((row) => ({
    name: kappaName(row.kappa),
    x: row.noise_overlap,
    y: row.ratio / row.ratio_mean_field,
  }));
  const overlaps = curveThrough(left.map((point) => point.x)).map((overlap) => ({ x: overlap, y: 1 / overlap }));
  const x = linearAxis(
    '‖Σξ‖² / Σ‖ξ‖²',
    overlaps.map((point) => point.x),
  );
  const y = linearAxis(
    'ratio / mean field',
    [...left, ...overlaps].map((point) => point.y),
  );
  const marks = [
    ...referenceMarks({ table: '1 / overlap', nameAt: NAME_AT, nameSide: 'above', role: 'theory' }, x, y),
    scatterMark('left', x, y, look, 'circle'),
  ];
  return { panel: { title: 'What is left', height: HEIGHT, marks }, tables: { '1 / overlap': overlaps, left } };
}

function kappaAxis(kappas: readonly number[]): Axis {
  return logAxis('κ = nβ²/(α²σ_ξ²d)', kappas);
}

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
