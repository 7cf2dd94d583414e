import { BALANCE } from '../../balance.ts';
import type { Claim } from '../claim.ts';
import { atLeast, atMost } from '../criterion.ts';
import { factorFromOne, finalRatio } from '../measures.ts';

/** "In this low-SNR case, we see classification tends to predominately learn noise while diffusion learns both ..." */
export const figure3Claims: readonly Claim[] = [
  {
    id: 'images-classifier-noise',
    origin: 'paper',
    statement: 'On Noisy-MNIST, the classifier predominantly learns noise.',
    source: 'Figure 3, caption',
    statistic: 'noise by signal learning when training ends',
    criterion: atLeast(BALANCE),
    group: 'noisyMnist',
    ofSeed: (runs) => 1 / finalRatio(runs.rows('classifier')),
  },
  {
    id: 'images-diffusion-both',
    origin: 'paper',
    statement: 'On Noisy-MNIST, the diffusion model learns both signals and noise.',
    source: 'Figure 3, caption',
    statistic: 'factor between the final ratio and 1',
    criterion: atMost(BALANCE),
    group: 'noisyMnist',
    ofSeed: (runs) => factorFromOne(finalRatio(runs.rows('diffusion'))),
  },
];
