import { BALANCE } from '../../balance.ts';
import type { Claim } from '../claim.ts';
import { atLeast, atMost, between } from '../criterion.ts';
import { imagesClassifierMemorises } from '../headline-measures.ts';
import { growth, lossLeft, outgrownFrom } from '../measures.ts';

const shared = { origin: 'paper', group: 'noisyMnist' } as const;

/**
 * Train loss for classification, train loss for diffusion model, feature learning dynamics; on Noisy-MNIST. That growth is
 * from the start, of both kinds, was decided after a look at the numbers.
 */
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
    ...imagesClassifierMemorises,
    statement: 'What the classifier fits on Noisy-MNIST it memorised: on test images it is at chance.',
    source: 'abstract and TL;DR, memorizing noise',
    statistic: 'test accuracy when training ends',
  },
  {
    ...shared,
    id: 'images-classifier-quickly',
    statement: 'On Noisy-MNIST, noise learning quickly outgrows signal learning in the classifier.',
    source: 'Figure 4, (c)',
    statistic: `share of the training after which noise learning stays ${BALANCE} or more times ahead of signal learning, beyond what they start from`,
    criterion: atMost(0.1),
    ofSeed: (runs) => outgrownFrom(runs.rows('classifier'), 'noise'),
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
    id: 'images-diffusion-growth',
    statement: 'On Noisy-MNIST, neither signal nor noise learning of the diffusion model outgrows the other.',
    source: 'Figure 4, (c)',
    statistic: 'growth of signal learning from start to end, by that of noise learning',
    criterion: { ...between(1 / BALANCE, BALANCE), text: `between 1/${BALANCE} and ${BALANCE}` },
    ofSeed: (runs) => growth(runs.rows('diffusion'), 'signal_max') / growth(runs.rows('diffusion'), 'noise_max'),
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
