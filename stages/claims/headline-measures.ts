import { risesThrough } from '../../science/power-law.ts';
import { BALANCE } from '../balance.ts';
import type { Measure } from './claim.ts';
import { atLeast, atMost, between } from './criterion.ts';
import { factorFromOne, finalRatio, finalTest, TURNS } from './measures.ts';

// The measures of headline claims, apart from their words: trainings are made for them (figure A11).

/** The final ratio of the diffusion model is near 1 at all settings. */
export function balance(settings: readonly number[]): Measure {
  return {
    id: 'balance',
    group: 'synthetic',
    criterion: atMost(BALANCE),
    ofSeed: (runs) =>
      Math.max(...settings.map((nsnr2) => factorFromOne(finalRatio(runs.rows('diffusion', { nsnr2 }))))),
  };
}

/** The classifier turns from noise to signal where it was found to. NaN if it does not turn between the settings. */
export function transitionPlace(settings: readonly number[]): Measure {
  return {
    id: 'transition-place',
    group: 'synthetic',
    criterion: between(TURNS.from, TURNS.to),
    ofSeed: (runs) =>
      risesThrough(
        1,
        settings.map((nsnr2) => ({ x: nsnr2, y: finalRatio(runs.rows('classifier', { nsnr2 })) })),
      ) ?? Number.NaN,
  };
}

/** The classifier is at chance on test samples at low n·SNR². */
export function lowClassifierTest(nsnr2: number): Measure {
  return { ...classifierTest(nsnr2), id: 'low-classifier-test', criterion: between(0.4, 0.6) };
}

/** The classifier is right on test samples at high n·SNR². */
export function highClassifierTest(nsnr2: number): Measure {
  return { ...classifierTest(nsnr2), id: 'high-classifier-test', criterion: atLeast(0.95) };
}

function classifierTest(nsnr2: number): Pick<Measure, 'group' | 'ofSeed'> {
  return { group: 'synthetic', ofSeed: (runs) => finalTest(runs.rows('classifier', { nsnr2 })) };
}

/** On images, noise learning of the classifier is ahead. */
export const imagesClassifierNoise: Measure = {
  id: 'images-classifier-noise',
  group: 'noisyMnist',
  criterion: atLeast(BALANCE),
  ofSeed: (runs) => 1 / finalRatio(runs.rows('classifier')),
};

/** On images, the classifier is at chance on test samples. */
export const imagesClassifierMemorises: Measure = {
  id: 'images-classifier-memorises',
  group: 'noisyMnist',
  criterion: between(0.4, 0.6),
  ofSeed: (runs) => finalTest(runs.rows('classifier')),
};

/** On images, the final ratio of the diffusion model is near 1. */
export const imagesDiffusionBoth: Measure = {
  id: 'images-diffusion-both',
  group: 'noisyMnist',
  criterion: atMost(BALANCE),
  ofSeed: (runs) => factorFromOne(finalRatio(runs.rows('diffusion'))),
};
