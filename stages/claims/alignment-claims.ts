import type { Claim } from './claim.ts';
import type { Setup } from './setup.ts';
import { figure1Claims } from './statements/figure-1.ts';
import { figure2Claims } from './statements/figure-2.ts';
import { figure3Claims } from './statements/figure-3.ts';
import { figure4Claims } from './statements/figure-4.ts';
import { figure5Claims } from './statements/figure-5.ts';
import { moreSnrClaims } from './statements/more-snr.ts';
import { noisyMnistHighClaims } from './statements/noisy-mnist-high.ts';
import { sizesClaims } from './statements/sizes.ts';
import { theoryClaims } from './statements/theory.ts';
import { timesClaims } from './statements/times.ts';

/** Every claim about alignment tables, in the order of their listing. Those about a group that is not wired are no more than declared. */
export function alignmentClaims({ sweep, low, high, moreSnr, groups }: Setup): Claim[] {
  return [
    ...theoryClaims(sweep),
    ...figure1Claims(sweep),
    ...figure2Claims(low, high),
    ...figure3Claims,
    ...figure4Claims,
    ...figure5Claims(low, high),
    ...moreSnrClaims(moreSnr),
    ...noisyMnistHighClaims,
    ...timesClaims(low, high, groups.times?.labels ?? []),
    ...sizesClaims(low, high, groups.sizes?.labels ?? []),
  ];
}
