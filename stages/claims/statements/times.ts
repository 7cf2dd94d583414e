import { BALANCE } from '../../balance.ts';
import type { Claim } from '../claim.ts';
import { atLeast, atMost } from '../criterion.ts';
import { factorFromOne, finalRatio } from '../measures.ts';
import type { SeedRuns } from '../seed-runs.ts';
import type { Setup } from '../setup.ts';

/**
 * What the time t of the forward step does to the stationary ratio (figure A4).
 * @param times of the trainings, increasing.
 */
export function timesClaims(
  { low, high, sweep }: Pick<Setup, 'low' | 'high' | 'sweep'>,
  times: readonly number[],
): Claim[] {
  const [first, last] = [times[0], times[times.length - 1]];
  // At the low and the high n·SNR² a ratio in proportion to them would be balanced, too.
  const ends = [Math.min(...sweep), Math.max(...sweep)];
  const ratio = (runs: SeedRuns, nsnr2: number, t: number) => finalRatio(runs.rows('diffusion', { nsnr2, t }));
  const shared = {
    origin: 'extension',
    source: 'an independent run of the same experiment; not in the paper',
    group: 'times',
  } as const;
  return [
    {
      ...shared,
      id: 'time-low',
      statement: `At n·SNR² = ${low}, a larger t lowers the diffusion model’s ratio.`,
      statistic: `final ratio at t = ${last} by that at t = ${first}`,
      criterion: atMost(0.9),
      ofSeed: (runs) => ratio(runs, low, last) / ratio(runs, low, first),
    },
    {
      ...shared,
      id: 'time-high',
      statement: `At n·SNR² = ${high}, a larger t raises the diffusion model’s ratio.`,
      statistic: `final ratio at t = ${last} by that at t = ${first}`,
      criterion: atLeast(1.1),
      ofSeed: (runs) => ratio(runs, high, last) / ratio(runs, high, first),
    },
    {
      ...shared,
      id: 'time-balance',
      statement: 'The diffusion model learns signal and noise in balance, whatever t.',
      statistic: `largest factor between the final ratio and 1, over t of ${first} and ${last}, and n·SNR² of ${ends.join(' and ')}`,
      criterion: atMost(BALANCE),
      ofSeed: (runs) =>
        Math.max(...ends.flatMap((nsnr2) => [first, last].map((t) => factorFromOne(ratio(runs, nsnr2, t))))),
    },
  ];
}
