import * as v from 'valibot';
import type { Claim } from '../claims/claim.ts';
import { figure1Claims } from '../claims/statements/figure-1.ts';
import { figure3Claims } from '../claims/statements/figure-3.ts';
import { figure4Claims } from '../claims/statements/figure-4.ts';
import { figure5Claims } from '../claims/statements/figure-5.ts';
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

/** A claim that our reconstruction is tried on, and the trainings that it looks at. */
export interface Headline {
  readonly claim: Claim;
  /** In a few words. */
  readonly title: string;
  readonly trainings: readonly Wanted[];
}

/** The headline claims on synthetic data, and on images. Balance is looked at where it is worst, at the ends of the sweep. */
export function headlinesOf(dataset: Setup['data']['dataset'], { nsnr2, low, high }: Sweep): Headline[] {
  if (dataset === 'noisy-mnist') {
    const images = [...figure3Claims, ...figure4Claims(0)];
    return [
      ...headline(images, 'images-classifier-noise', 'Images: classifier learns noise', 'classifier', [undefined]),
      ...headline(images, 'images-classifier-memorises', 'Images: classifier memorises', 'classifier', [undefined]),
      ...headline(images, 'images-diffusion-both', 'Images: diffusion learns both', 'diffusion', [undefined]),
    ];
  }
  const ends = [Math.min(...nsnr2), Math.max(...nsnr2)];
  return [
    ...headline(figure1Claims(ends), 'balance', 'Diffusion model: balance', 'diffusion', ends),
    ...headline(figure1Claims(nsnr2), 'transition-place', 'Classifier: place of the transition', 'classifier', nsnr2),
    ...headline(figure5Claims(low, high), 'low-classifier-test', `Classifier memorises at ${low}`, 'classifier', [low]),
    ...headline(figure5Claims(low, high), 'high-classifier-test', `Classifier generalises at ${high}`, 'classifier', [
      high,
    ]),
  ];
}

/** All of them. */
export function allHeadlines(sweep: Sweep): Headline[] {
  return [...headlinesOf('synthetic', sweep), ...headlinesOf('noisy-mnist', sweep)];
}

/** None if the claim is not about such a sweep. */
function headline(
  claims: readonly Claim[],
  id: string,
  title: string,
  model: Wanted['model'],
  settings: readonly Wanted['nsnr2'][],
): Headline[] {
  return claims
    .filter((claim) => claim.id === id)
    .map((claim) => ({ claim, title, trainings: settings.map((nsnr2) => ({ model, nsnr2 })) }));
}
