import * as v from 'valibot';
import type { Measure } from '../claims/claim.ts';
import {
  balance,
  highClassifierTest,
  imagesClassifierMemorises,
  imagesClassifierNoise,
  imagesDiffusionBoth,
  lowClassifierTest,
  transitionPlace,
} from '../claims/headline-measures.ts';
import { FIGURE_1 } from '../claims/measures.ts';
import { coveredSettings } from '../claims/sweep.ts';
import type { AlignmentRow } from '../formats/alignments.ts';
import { positive } from '../schemas.ts';
import type { Setup } from './setup.ts';

/** The values of n·SNR² that headline claims on synthetic data are about. */
export const sweepSchema = v.strictObject({
  nsnr2: v.pipe(v.array(positive), v.minLength(1)),
  low: positive,
  high: positive,
});

type Sweep = v.InferOutput<typeof sweepSchema>;

/** A training that a claim looks at. On images n·SNR² follows from n and SNR~, and is not chosen. */
export interface Wanted {
  readonly model: AlignmentRow['model'];
  readonly nsnr2: number | undefined;
}

/** A claim that our reconstruction is tried on: its measure, and the trainings that this looks at. */
export interface Headline {
  readonly measure: Measure;
  readonly trainings: readonly Wanted[];
}

/**
 * The headline claims on synthetic data, and on images. Balance is looked at where it is worst, at the ends of the
 * sweep.
 */
export function headlinesOf(dataset: Setup['data']['dataset'], { nsnr2, low, high }: Sweep): Headline[] {
  if (dataset === 'noisy-mnist') {
    return [
      { measure: imagesClassifierNoise, trainings: classifiersAt([undefined]) },
      { measure: imagesClassifierMemorises, trainings: classifiersAt([undefined]) },
      { measure: imagesDiffusionBoth, trainings: [{ model: 'diffusion', nsnr2: undefined }] },
    ];
  }
  return [
    ...ofFigure1(coveredSettings(nsnr2, FIGURE_1)),
    { measure: lowClassifierTest(low), trainings: classifiersAt([low]) },
    { measure: highClassifierTest(high), trainings: classifiersAt([high]) },
  ];
}

/** All of them. */
export function allHeadlines(sweep: Sweep): Headline[] {
  return [...headlinesOf('synthetic', sweep), ...headlinesOf('noisy-mnist', sweep)];
}

function ofFigure1(settings: readonly number[]): Headline[] {
  if (settings.length === 0) return [];
  const ends = [settings[0], settings[settings.length - 1]];
  return [
    { measure: balance(ends), trainings: ends.map((nsnr2) => ({ model: 'diffusion', nsnr2 })) },
    { measure: transitionPlace(settings), trainings: classifiersAt(settings) },
  ];
}

function classifiersAt(settings: readonly Wanted['nsnr2'][]): Wanted[] {
  return settings.map((nsnr2) => ({ model: 'classifier', nsnr2 }));
}
