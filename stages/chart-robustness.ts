import * as v from 'valibot';
import type { Encoding } from 'vega-lite/types_unstable/encoding.js';
import { defineKind, many } from '../engine/kind.ts';
import type { Verdict } from './claims/criterion.ts';
import { type Axis, logAxis } from './figure/axis.ts';
import type { Mark } from './figure/panel.ts';
import { seedCount } from './figure/seed-count.ts';
import { REFERENCE_COLOR } from './figure/theme.ts';
import { chartFile } from './formats/chart.ts';
import { type MarginRow, marginTable } from './formats/margins.ts';
import { trialTable } from './formats/trials.ts';
import { isChoice, nameOf, OURS } from './robustness/choices.ts';
import { type Headline, headlinesOf, sweepSchema } from './robustness/headlines.ts';
import { type Trial, trialsOf } from './robustness/trials.ts';

const PANEL_WIDTH = 150;
const LINE_HEIGHT = 14;
/** How a verdict is drawn: its colour, from the palette of Okabe and Ito, and its shape. */
const VERDICTS: Readonly<Record<Verdict, { color: string; shape: string }>> = {
  holds: { color: '#009E73', shape: 'circle' },
  'in part': { color: '#E69F00', shape: 'diamond' },
  'does not hold': { color: '#D55E00', shape: 'cross' },
};

/**
 * Figure A11: whether our reconstruction matters. Of each choice, at what factors the headline claims hold, and where
 * they flip.
 */
export default defineKind({
  name: 'chart-robustness',
  module: import.meta.url,
  light: true,
  params: v.strictObject({ sweep: sweepSchema }),
  inputs: { trials: many(trialTable), margins: marginTable },
  outputs: { chart: chartFile },
  run({ params, inputs }) {
    const { sweep } = params;
    const rows = inputs.trials.flat();
    const x = logAxis(
      'times our choice',
      rows.map(({ factor }) => factor),
    );
    const headlines = { synthetic: headlinesOf('synthetic', sweep), images: headlinesOf('noisy-mnist', sweep) };
    const shown = [...headlines.synthetic, ...headlines.images].map(({ measure }) => {
      const flips = inputs.margins.filter((row) => row.claim === measure.id).flatMap(flipsOf);
      return { trials: dotsOf(trialsOf(measure, rows)), flips, id: measure.id };
    });
    const seedsOf = (some: readonly Headline[]) =>
      seedCount(rows.filter(({ claim }) => some.some(({ measure }) => measure.id === claim)));
    const shows =
      'Headline claims, a panel each, with one choice of our reconstruction another than ours, a line each: by what ' +
      `factor, and what the claim comes to over ${seedsOf(headlines.synthetic)} seeds (${seedsOf(headlines.images)} ` +
      'on images). Bars: where the mean over seeds stops meeting the criterion, found by bisection. Steps go with ' +
      `n/d, and iterations with 1/step; what is no number stands at 1. (c) and (d): at n·SNR² = ${sweep.low} and ` +
      `${sweep.high}.`;
    return {
      chart: {
        title: 'Whether our reconstruction matters',
        shows,
        columns: 2,
        panels: shown.map(({ trials, id }) => {
          const lines = [...new Set(trials.map(({ line }) => line))];
          return {
            title: titleOf(id, sweep),
            width: PANEL_WIDTH,
            height: LINE_HEIGHT * lines.length,
            marks: marksOf(id, lines, x),
          };
        }),
        tables: Object.fromEntries(
          shown.flatMap(({ id, trials, flips }) => [
            [id, trials],
            [flipsName(id), flips],
          ]),
        ),
      },
    };
  },
});

/** A headline claim in a few words. */
function titleOf(claim: string, { low, high }: v.InferOutput<typeof sweepSchema>): string {
  const titles: Readonly<Record<string, string>> = {
    balance: 'Diffusion model: balance',
    'transition-place': 'Classifier: place of the transition',
    'low-classifier-test': `Classifier memorises at ${low}`,
    'high-classifier-test': `Classifier generalises at ${high}`,
    'images-classifier-noise': 'Images: classifier learns noise',
    'images-classifier-memorises': 'Images: classifier memorises',
    'images-diffusion-both': 'Images: diffusion learns both',
  };
  return titles[claim] ?? claim;
}

/** A dot for each value of each choice; ours is on the line of every choice that is a number. */
function dotsOf(trials: readonly Trial[]) {
  const ours = trials.filter(({ choice }) => choice === OURS);
  const others = trials.filter(({ choice }) => choice !== OURS);
  const numbers = new Set(others.map(({ choice }) => choice).filter(isChoice));
  const all = [...others, ...[...numbers].flatMap((choice) => ours.map((trial) => ({ ...trial, choice })))];
  return all.map(({ choice, factor, verdict }) => ({ line: nameOf(choice), factor, verdict }));
}

function flipsOf({ choice, flips_below, flips_above }: MarginRow) {
  return [flips_below, flips_above].flatMap((at) => (at === undefined ? [] : [{ line: nameOf(choice), at }]));
}

function flipsName(claim: string): string {
  return `${claim}: flips`;
}

function marksOf(claim: string, lines: readonly string[], x: Axis): Mark[] {
  const y = {
    field: 'line',
    type: 'nominal',
    sort: [...lines],
    title: null,
    axis: { ticks: false, grid: true, labelPadding: 6 },
  } as const;
  const verdicts = Object.keys(VERDICTS);
  const legend = { title: null, symbolSize: 50, symbolOpacity: 1 };
  const looks = Object.values(VERDICTS);
  const look: Encoding<string> = {
    color: {
      field: 'verdict',
      type: 'nominal',
      scale: { domain: verdicts, range: looks.map(({ color }) => color) },
      legend,
    },
    shape: {
      field: 'verdict',
      type: 'nominal',
      scale: { domain: verdicts, range: looks.map(({ shape }) => shape) },
      legend,
    },
  };
  return [
    {
      data: { name: flipsName(claim) },
      mark: { type: 'tick', thickness: 2, color: REFERENCE_COLOR, size: LINE_HEIGHT - 2 },
      encoding: { y, x: { ...x, field: 'at' } },
    },
    {
      data: { name: claim },
      mark: { type: 'point', size: 36 },
      encoding: { y, x: { ...x, field: 'factor' }, ...look },
    },
  ];
}
