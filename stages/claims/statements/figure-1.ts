import { decades, risesThrough, steepestSlope } from '../../../science/power-law.ts';
import { BALANCE } from '../../balance.ts';
import type { Claim } from '../claim.ts';
import { atLeast, atMost } from '../criterion.ts';
import { balance, transitionPlace } from '../headline-measures.ts';
import { FIGURE_1, factorFromOne, finalRatio, TURNS } from '../measures.ts';
import type { SeedRuns } from '../seed-runs.ts';
import { coveredSettings } from '../sweep.ts';

const RANGE = `n·SNR² from ${FIGURE_1.from} to ${FIGURE_1.to}`;

/** "Diffusion model tends to study more balanced signal and noise while classification has a sharp phase transition ..." */
export function figure1Claims(sweep: readonly number[]): Claim[] {
  const settings = coveredSettings(sweep, FIGURE_1);
  if (settings.length === 0) return [];
  const curve = (runs: SeedRuns, model: 'classifier' | 'diffusion') =>
    settings.map((nsnr2) => ({ x: nsnr2, y: finalRatio(runs.rows(model, { nsnr2 })) }));
  const imbalance = (runs: SeedRuns, model: 'classifier' | 'diffusion') =>
    curve(runs, model).map(({ y }) => factorFromOne(y));
  const shared = { origin: 'paper', source: 'Figure 1, caption', group: 'synthetic' } as const;
  return [
    {
      ...shared,
      ...balance(settings),
      source:
        'Figure 1, caption; over this range it contradicts `stationary-slope`: where means and maxima agree, at most one of them can hold',
      statement: `The diffusion model learns signal and noise in balance, whatever n·SNR²: its final ratio is within [1/${BALANCE}, ${BALANCE}].`,
      statistic: `largest factor between the final ratio and 1, over ${RANGE}`,
    },
    {
      ...shared,
      id: 'balance-compared',
      statement: 'The diffusion model tends to be more balanced than the classifier.',
      statistic: `share of the settings, ${RANGE}, whose final ratio is nearer to 1 (as a factor) for the diffusion model than for the classifier`,
      criterion: atLeast(0.75),
      ofSeed: (runs) => {
        const classifier = imbalance(runs, 'classifier');
        return shareOf(imbalance(runs, 'diffusion'), (factor, i) => factor < classifier[i]);
      },
    },
    {
      ...shared,
      id: 'transition',
      statement: 'The classifier has a phase transition: its final ratio changes by 10³ or more.',
      statistic: `powers of ten between the final ratios at n·SNR² = ${FIGURE_1.from} and ${FIGURE_1.to}`,
      criterion: atLeast(3),
      ofSeed: (runs) => {
        const ratios = curve(runs, 'classifier');
        return decades(ratios[0].y, ratios[ratios.length - 1].y);
      },
    },
    {
      ...shared,
      id: 'transition-sharp',
      statement: 'The classifier’s transition is sharp: somewhere its ratio grows faster than the square of n·SNR².',
      statistic: `largest log-log slope of the final ratio between neighbouring settings, ${RANGE}`,
      criterion: atLeast(2),
      ofSeed: (runs) => steepestSlope(curve(runs, 'classifier')),
    },
    {
      ...shared,
      ...transitionPlace(settings),
      statement: `The classifier turns from noise to signal where n·SNR² is between ${TURNS.from} and ${TURNS.to}.`,
      origin: 'extension',
      source: 'an independent run of the same experiment; the paper: governed by n·SNR²',
      statistic: 'n·SNR² at which the final ratio rises through 1, interpolated in logarithms',
    },
    transitionWidth('transition-width', 'synthetic', 'From the start of Figure 1', settings),
    transitionWidth('transition-width-other-start', 'otherStart', 'From another start', settings),
    {
      ...shared,
      id: 'classifier-one-sided',
      statement: 'The classifier tends to focus on learning either signal or noise.',
      statistic: `share of the settings, ${RANGE}, whose final ratio is beyond [1/${BALANCE}, ${BALANCE}]`,
      criterion: atLeast(0.75),
      ofSeed: (runs) => shareOf(imbalance(runs, 'classifier'), (factor) => factor > BALANCE),
    },
  ];
}

/** Declared after a look at Figure 1, but not at other starts. */
function transitionWidth(
  id: string,
  group: 'synthetic' | 'otherStart',
  from: string,
  settings: readonly number[],
): Claim {
  return {
    id,
    origin: 'extension',
    group,
    statement: `${from}, the classifier turns from noise to signal while n·SNR² no more than doubles.`,
    source: 'the paper: a sharp phase transition; how sharp, our measure',
    statistic: `n·SNR² at which the final ratio rises through ${BALANCE}, by that at which it rises through 1/${BALANCE}, ${RANGE}`,
    criterion: atMost(2),
    ofSeed(runs) {
      const curve = settings.map((nsnr2) => ({ x: nsnr2, y: finalRatio(runs.rows('classifier', { nsnr2 })) }));
      const [lower, upper] = [1 / BALANCE, BALANCE].map((level) => risesThrough(level, curve) ?? Number.NaN);
      return upper / lower;
    },
  };
}

function shareOf(values: readonly number[], is: (value: number, i: number) => boolean): number {
  return values.filter(is).length / values.length;
}
