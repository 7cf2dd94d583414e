import { StageError } from '../../../engine/kind.ts';
import { BALANCE } from '../../balance.ts';
import type { ByPatchRow } from '../../formats/by-patch.ts';
import type { Claim, Origin } from '../claim.ts';
import { atLeast } from '../criterion.ts';
import { imagesClassifierNoise, imagesDiffusionBoth } from '../headline-measures.ts';

/** "In this low-SNR case, we see classification tends to predominately learn noise while diffusion learns both ..." */
export const figure3Claims: readonly Claim[] = [
  {
    ...imagesClassifierNoise,
    origin: 'paper',
    statement: 'On Noisy-MNIST, the classifier predominantly learns noise.',
    source: 'Figure 3, caption',
    statistic: 'noise by signal learning when training ends',
  },
  {
    ...imagesDiffusionBoth,
    origin: 'paper',
    statement: 'On Noisy-MNIST, the diffusion model learns both signals and noise.',
    source: 'Figure 3, caption',
    statistic: 'factor between the final ratio and 1',
  },
];

type Rows = readonly ByPatchRow[];

/** Figure 3 in numbers, patch by patch: declared before its table was made. */
export const byPatchClaims: readonly Claim<Rows>[] = [
  {
    id: 'images-gradient-noise',
    origin: 'paper',
    statement: 'On test samples of Noisy-MNIST, the classifier’s input gradient is on the noise patch.',
    source: 'Figure 3, caption, second row',
    statistic: 'energy ‖∇F_y‖² of the input gradient on noise patches, by that on image patches',
    criterion: atLeast(BALANCE),
    group: 'imagesByPatch',
    ofSeed: (rows) => rowOf(rows, 'test', 'noise').gradient / rowOf(rows, 'test', 'image').gradient,
  },
  ...(
    [
      { samples: 'training', patch: 'image', what: 'training images', origin: 'paper' },
      { samples: 'training', patch: 'noise', what: 'the noise of training samples', origin: 'paper' },
      { samples: 'test', patch: 'image', what: 'test images', origin: 'paper' },
      { samples: 'test', patch: 'noise', what: 'unseen noise', origin: 'extension' },
    ] as const
  ).map(gainClaim),
];

function gainClaim({
  samples,
  patch,
  what,
  origin,
}: Pick<ByPatchRow, 'samples' | 'patch'> & { what: string; origin: Origin }): Claim<Rows> {
  return {
    id: `images-gain-${samples}-${patch}`,
    origin,
    statement: `On Noisy-MNIST, the diffusion model denoises ${what} better than predicting nothing.`,
    source: sourceOf(samples, origin),
    statistic: 'expected gain ‖x_t/α − x‖² − ‖x̂ − x‖² of a patch',
    criterion: atLeast(0),
    group: 'imagesByPatch',
    ofSeed: (rows) => rowOf(rows, samples, patch).gain,
  };
}

function sourceOf(samples: ByPatchRow['samples'], origin: Origin): string {
  if (origin === 'extension') return 'our question, not in the paper';
  const row = 'Figure 3, caption, third row';
  return samples === 'training'
    ? `${row}; training makes the sum of its image and noise gains large, so at most one of the two can fail`
    : row;
}

function rowOf(rows: Rows, samples: ByPatchRow['samples'], patch: ByPatchRow['patch']): ByPatchRow {
  const found = rows.find((row) => row.samples === samples && row.patch === patch);
  if (found !== undefined) return found;
  throw new StageError(`the table by patch has no row of ${samples} samples, ${patch} patch`);
}
