import { BALANCE } from '../../balance.ts';
import type { Claim } from '../claim.ts';
import { atLeast, atMost, between } from '../criterion.ts';
import { dominantFrom, finalTest, growth, largestRise, lossLeft } from '../measures.ts';

const shared = { group: 'noisyMnist' } as const;

/** Train loss for classification, train loss for diffusion model, feature learning dynamics; on Noisy-MNIST. */
export const figure4Claims = (stationarity: number): Claim[] => [
  {
    ...shared,
    id: 'images-classifier-loss',
    statement: 'On Noisy-MNIST, the classifier fits its training set.',
    source: 'Figure 4, (a)',
    statistic: 'training loss at the end, by that at the start',
    criterion: atMost(0.1),
    ofSeed: (runs) => lossLeft(runs.rows('classifier')),
  },
  {
    ...shared,
    id: 'images-classifier-memorises',
    statement: 'What the classifier fits on Noisy-MNIST it memorised: on test images it is at chance.',
    source: 'abstract and TL;DR, memorizing noise',
    statistic: 'test accuracy when training ends',
    criterion: between(0.4, 0.6),
    ofSeed: (runs) => finalTest(runs.rows('classifier')),
  },
  {
    ...shared,
    id: 'images-diffusion-loss',
    statement: 'On Noisy-MNIST, the training loss of the diffusion model falls throughout.',
    source: 'Figure 4, (b)',
    statistic: 'largest rise of the training loss between two records, by its whole fall',
    criterion: atMost(0.01),
    ofSeed: (runs) => largestRise(runs.rows('diffusion')),
  },
  {
    ...shared,
    id: 'images-classifier-quickly',
    statement: 'On Noisy-MNIST, noise learning quickly comes to dominate in the classifier.',
    source: 'Figure 4, (c)',
    statistic: `share of the training after which noise learning stays ${BALANCE} or more times signal learning`,
    criterion: atMost(0.1),
    ofSeed: (runs) => dominantFrom(runs.rows('classifier'), 'noise'),
  },
  {
    ...shared,
    id: 'images-diffusion-signal',
    statement: 'On Noisy-MNIST, signal learning of the diffusion model grows tenfold or more.',
    source: 'Figure 4, (c)',
    statistic: 'signal learning at the end, by that at the start',
    criterion: atLeast(10),
    ofSeed: (runs) => growth(runs.rows('diffusion'), 'signal_max'),
  },
  {
    ...shared,
    id: 'images-diffusion-noise',
    statement: 'On Noisy-MNIST, noise learning of the diffusion model grows tenfold or more.',
    source: 'Figure 4, (c)',
    statistic: 'noise learning at the end, by that at the start',
    criterion: atLeast(10),
    ofSeed: (runs) => growth(runs.rows('diffusion'), 'noise_max'),
  },
  {
    ...shared,
    id: 'images-stationary',
    statement: 'On Noisy-MNIST, the diffusion model converges to a stationary point within these iterations.',
    source: 'Theorem 3.1, a statement on stationary points',
    statistic: 'norm of the gradient when training ends, by its maximum',
    criterion: atMost(stationarity),
    ofSeed: (runs) => runs.ending().gradient_norm_ratio,
  },
];
