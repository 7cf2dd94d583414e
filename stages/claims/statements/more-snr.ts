import { BALANCE } from '../../balance.ts';
import type { Claim } from '../claim.ts';
import { atLeast, atMost } from '../criterion.ts';
import { finalRatio, outgrownFrom, requirePositive, TURNS } from '../measures.ts';

const shared = {
  origin: 'paper',
  source: 'Figure 2, caption, at the settings of Figure A1',
  group: 'synthetic',
} as const;

/**
 * Figure 2 at more values of n·SNR² (figure A1).
 * Declared after a look at the claims of Figures 1 and 2, but not at the numbers of these settings.
 */
export function moreSnrClaims(settings: readonly number[]): Claim[] {
  const increasing = settings.toSorted((a, b) => a - b);
  // Between, where the classifier turns (the claim `transition-place`), neither side is asked for.
  const sided = increasing.filter((nsnr2) => nsnr2 < TURNS.from || nsnr2 > TURNS.to);
  const sides: Claim[] = [
    {
      ...shared,
      id: 'more-classifier-quickly',
      statement:
        `At every n·SNR² below ${TURNS.from}, noise learning quickly outgrows signal learning in the classifier, and at every one ` +
        `above ${TURNS.to} the other way round.`,
      statistic:
        `largest share, over n·SNR² of ${sided.join(', ')}, of the classifier’s training after which that learning stays ` +
        `${BALANCE} or more times ahead of the other, beyond what they start from`,
      criterion: atMost(0.1),
      ofSeed: (runs) =>
        Math.max(
          ...sided.map((nsnr2) =>
            outgrownFrom(runs.rows('classifier', { nsnr2 }), nsnr2 < TURNS.from ? 'noise' : 'signal'),
          ),
        ),
    },
  ];
  const growth: Claim[] = [
    {
      ...shared,
      id: 'more-stationary-growth',
      statement: 'The diffusion model’s final ratio is the larger, the larger n·SNR² is.',
      statistic: `smallest factor between the final ratios at neighbours among n·SNR² of ${increasing.join(', ')}`,
      criterion: atLeast(1),
      ofSeed: (runs) => {
        const ratios = increasing.map((nsnr2) =>
          requirePositive(finalRatio(runs.rows('diffusion', { nsnr2 })), `the final ratio at n·SNR² = ${nsnr2}`),
        );
        return Math.min(...ratios.slice(1).map((ratio, i) => ratio / ratios[i]));
      },
    },
  ];
  return [...(sided.length > 0 ? sides : []), ...(increasing.length > 1 ? growth : [])];
}
