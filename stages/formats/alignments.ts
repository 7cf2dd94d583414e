import * as v from 'valibot';
import { artifactType } from '../../engine/kind.ts';
import { numeric } from '../schemas.ts';
import { numbersInText } from './numbers-in-text.ts';

/** Signal and noise learning of one training, one row a recorded iteration. */
export const alignmentTable = artifactType('alignments', 'csv', numbersInText);

/** A row of the table. The first five columns say which training it is, so that tables can be stacked. */
export const alignmentRow = v.object({
  model: v.picklist(['diffusion', 'classifier']),
  dataset: v.picklist(['synthetic', 'noisy-mnist']),
  snr: numeric,
  nsnr2: numeric,
  seed: numeric,
  iteration: numeric,
  /** max over r, j of |⟨w_r, μ_j⟩|, and the mean; on Noisy-MNIST the μ_j are the training images' patches x_i¹. */
  signal_max: numeric,
  signal_mean: numeric,
  /** max over r, i of |⟨w_r, ξ_i⟩|, and the mean. */
  noise_max: numeric,
  noise_mean: numeric,
  /** Training loss; for the diffusion model without its constant C·d/2n, which would hide it. */
  loss: numeric,
  /** The classifier: test accuracy. The diffusion model: the same expected loss as `loss`, on the test patches. */
  test: numeric,
});

export type AlignmentRow = v.InferOutput<typeof alignmentRow>;
