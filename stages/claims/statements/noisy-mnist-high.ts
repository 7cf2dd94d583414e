import { BALANCE } from '../../balance.ts';
import type { Claim } from '../claim.ts';
import { atLeast, atMost } from '../criterion.ts';
import { factorFromOne, finalRatio, finalTest } from '../measures.ts';

const shared = {
  origin: 'reviewers',
  source: 'the paper’s reviewers, on its high-SNR twins of Figures 3 and 4',
  group: 'noisyMnistHigh',
} as const;

/** What becomes of Figures 3 and 4 at high SNR~. */
export const noisyMnistHighClaims: readonly Claim[] = [
  {
    ...shared,
    id: 'images-high-classifier-signal',
    statement: 'On Noisy-MNIST at high SNR~, the classifier predominantly learns the signal.',
    statistic: 'signal by noise learning when training ends',
    criterion: atLeast(BALANCE),
    ofSeed: (runs) => finalRatio(runs.rows('classifier')),
  },
  {
    ...shared,
    id: 'images-high-classifier-test',
    statement: 'On Noisy-MNIST at high SNR~, the classifier generalises to test images.',
    statistic: 'test accuracy when training ends',
    criterion: atLeast(0.95),
    ofSeed: (runs) => finalTest(runs.rows('classifier')),
  },
  {
    ...shared,
    id: 'images-high-diffusion-both',
    statement: 'On Noisy-MNIST at high SNR~, the diffusion model still learns both signals and noise.',
    statistic: 'factor between the final ratio and 1',
    criterion: atMost(BALANCE),
    ofSeed: (runs) => factorFromOne(finalRatio(runs.rows('diffusion'))),
  },
];
