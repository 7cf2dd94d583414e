import { z } from 'zod';
import { artifactType } from '../../engine/kind.ts';
import { numberCell } from './table.ts';

/** Signal and noise learning of one training, one row a recorded iteration. */
export const alignmentTable = artifactType('alignments', 'csv');

/** A row of the table. The first five columns say which training it is, so that tables can be stacked. */
export const alignmentRow = z.object({
  model: z.enum(['diffusion', 'classifier']),
  dataset: z.enum(['synthetic', 'noisy-mnist']),
  snr: numberCell,
  nsnr2: numberCell,
  seed: numberCell,
  iteration: numberCell,
  /** max over r, j of |⟨w_r, μ_j⟩|, and the mean; on Noisy-MNIST the μ_j are the training images' patches x_i¹. */
  signal_max: numberCell,
  signal_mean: numberCell,
  /** max over r, i of |⟨w_r, ξ_i⟩|, and the mean. */
  noise_max: numberCell,
  noise_mean: numberCell,
  /** Training loss; for the diffusion model without its constant C·d/2n, which would hide it. */
  loss: numberCell,
  /** The classifier: test accuracy. The diffusion model: the same expected loss as `loss`, on the test patches. */
  test: numberCell,
});

export type AlignmentRow = z.output<typeof alignmentRow>;
