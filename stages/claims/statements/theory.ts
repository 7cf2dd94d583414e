import { EARLY_GROWTH } from '../../../science/early-phase.ts';
import { logLogSlope } from '../../../science/power-law.ts';
import type { Claim } from '../claim.ts';
import { atMost, between } from '../criterion.ts';
import { earlyRatio, factorFromOne, finalMeanRatio } from '../measures.ts';
import type { SeedRuns } from '../seed-runs.ts';
import { coveredSettings } from '../sweep.ts';

const FROM = 0.1;
/** Above it, training ends in more than one stationary pattern. */
const TO = 10;

/**
 * What the paper's theorem says of the diffusion model, and the theory of the early phase. That both slopes are of means was
 * decided after a look at that of maxima.
 */
export function theoryClaims(sweep: readonly number[]): Claim[] {
  const settings = coveredSettings(sweep, { from: FROM, to: TO });
  if (settings.length === 0) return [];
  const slope = (runs: SeedRuns, ratioOf: typeof finalMeanRatio) =>
    logLogSlope(settings.map((nsnr2) => ({ x: nsnr2, y: ratioOf(runs.rows('diffusion', { nsnr2 })) })));
  return [
    {
      id: 'early-slope',
      origin: 'paper',
      statement:
        'Early in training, the diffusion model’s ratio of signal to noise learning is proportional to n·SNR².',
      source: 'TL;DR, Θ(n·SNR²); read as a statement on the early phase',
      statistic: `log-log slope against n·SNR², from ${FROM} to ${TO}, of the ratio of mean learning where mean noise learning is ${EARLY_GROWTH} times its start`,
      criterion: between(0.9, 1.1),
      group: 'synthetic',
      ofSeed: (runs) => slope(runs, earlyRatio),
    },
    {
      id: 'early-constant',
      origin: 'extension',
      statement: 'The early ratio is n·SNR²/2 up to a factor of 2.',
      source: 'theory of the early phase, derived here',
      statistic: `largest factor between the early ratio and n·SNR²/2, over n·SNR² from ${FROM} to ${TO}`,
      criterion: atMost(2),
      group: 'synthetic',
      ofSeed: (runs) =>
        Math.max(
          ...settings.map((nsnr2) => factorFromOne(earlyRatio(runs.rows('diffusion', { nsnr2 })) / (nsnr2 / 2))),
        ),
    },
    {
      id: 'stationary-slope',
      origin: 'paper',
      statement: 'At stationarity, the diffusion model’s ratio of signal to noise learning is proportional to n·SNR².',
      source:
        'TL;DR and Theorem 3.1, Θ(n·SNR²); over this range it contradicts `balance`: where means and maxima agree, at most one of them can hold',
      statistic: `log-log slope against n·SNR², from ${FROM} to ${TO}, of the final ratio of means; the theorem’s exponent is 1`,
      criterion: between(0.9, 1.1),
      group: 'synthetic',
      ofSeed: (runs) => slope(runs, finalMeanRatio),
    },
  ];
}
