import { logLogSlope } from '../../../science/power-law.ts';
import type { Claim } from '../claim.ts';
import { between } from '../criterion.ts';
import { finalMeanRatio } from '../measures.ts';
import type { SeedRuns } from '../seed-runs.ts';

const shared = {
  origin: 'extension',
  source: 'TL;DR and Theorem 3.1, Θ(n·SNR²); the sizes are ours',
  group: 'sizes',
} as const;

/**
 * The exponent of the stationary ratio at each size (figure A5). That it is of means was decided after a look at that of maxima.
 * @param sizes of the trainings, each once.
 */
export function sizesClaims(low: number, high: number, sizes: readonly Size[]): Claim[] {
  return sizes.map(({ n, d }) => ({
    ...shared,
    id: `stationary-slope-n=${n}-d=${d}`,
    statement: `At n = ${n} and d = ${d}, the stationary ratio is proportional to n·SNR².`,
    statistic: `log-log slope of the diffusion model’s final ratio of means from n·SNR² = ${low} to ${high}; the theorem’s exponent is 1`,
    criterion: between(0.9, 1.1),
    ofSeed: (runs: SeedRuns) =>
      logLogSlope(
        [low, high].map((nsnr2) => ({ x: nsnr2, y: finalMeanRatio(runs.rows('diffusion', { nsnr2, n, d })) })),
      ),
  }));
}

/** How large the data of a training is. */
export interface Size {
  readonly n: number;
  readonly d: number;
}
