import type { Claim } from '../claim.ts';
import { atLeast, atMost, between, type Criterion } from '../criterion.ts';
import { finalTest, largestRise, lossLeft } from '../measures.ts';

/** Low SNR memorises and high SNR generalises, on synthetic data with both SNRs. */
export function figure5Claims(low: number, high: number): Claim[] {
  const classifier = [
    { name: 'low', nsnr2: low, does: 'memorises: on test samples it is at chance', criterion: between(0.4, 0.6) },
    { name: 'high', nsnr2: high, does: 'generalises to test samples', criterion: atLeast(0.95) },
  ];
  return [
    ...classifier.flatMap(classifierClaims),
    ...[
      { name: 'low', nsnr2: low },
      { name: 'high', nsnr2: high },
    ].flatMap(diffusionClaims),
  ];
}

interface Setting {
  readonly name: string;
  readonly nsnr2: number;
}

function classifierClaims({ name, nsnr2, does, criterion }: Setting & { does: string; criterion: Criterion }): Claim[] {
  return [
    {
      id: `${name}-classifier-loss`,
      statement: `At n·SNR² = ${nsnr2}, the classifier fits its training set.`,
      source: 'Figure 5',
      statistic: 'training loss at the end, by that at the start',
      criterion: atMost(0.1),
      group: 'synthetic',
      ofSeed: (runs) => lossLeft(runs.rows('classifier', { nsnr2 })),
    },
    {
      id: `${name}-classifier-test`,
      statement: `At n·SNR² = ${nsnr2}, the classifier ${does}.`,
      source: 'Figure 5; TL;DR, high n·SNR² favors signal learning and low n·SNR² memorizing noise',
      statistic: 'test accuracy when training ends',
      criterion,
      group: 'synthetic',
      ofSeed: (runs) => finalTest(runs.rows('classifier', { nsnr2 })),
    },
  ];
}

function diffusionClaims({ name, nsnr2 }: Setting): Claim[] {
  return [
    {
      id: `${name}-diffusion-loss`,
      statement: `At n·SNR² = ${nsnr2}, the training loss of the diffusion model falls throughout.`,
      source: 'Figure 5',
      statistic: 'largest rise of the training loss between two records, by its whole fall',
      criterion: atMost(0.01),
      group: 'synthetic',
      ofSeed: (runs) => largestRise(runs.rows('diffusion', { nsnr2 })),
    },
    {
      id: `${name}-diffusion-test`,
      statement: `At n·SNR² = ${nsnr2}, the diffusion model denoises test patches better than predicting nothing.`,
      source: 'our question, not in the paper',
      statistic: 'test denoising loss without its constant, the loss at W = 0, when training ends',
      criterion: atMost(0),
      group: 'synthetic',
      ofSeed: (runs) => finalTest(runs.rows('diffusion', { nsnr2 })),
    },
  ];
}
