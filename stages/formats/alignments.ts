import * as v from 'valibot';
import { numeric } from '../schemas.ts';
import { learningColumns } from './learning.ts';
import { tableFormat } from './table.ts';

/** A row of the table. The first five columns say which training it is, so that tables can be stacked. */
export const alignmentRow = v.object({
  model: v.picklist(['diffusion', 'classifier']),
  dataset: v.picklist(['synthetic', 'noisy-mnist']),
  snr: numeric,
  nsnr2: numeric,
  seed: numeric,
  iteration: numeric,
  /** On Noisy-MNIST the signals μ_j are the training images' patches x_i¹. */
  ...learningColumns,
  /** Training loss; for the diffusion model without its constant C·d/2n, which would hide it. */
  loss: numeric,
  /** The classifier: test accuracy. The diffusion model: the same expected loss as `loss`, on the test patches. */
  test: numeric,
});

export type AlignmentRow = v.InferOutput<typeof alignmentRow>;

/** Signal and noise learning of one training, one row a recorded iteration. */
export const alignmentTable = tableFormat('alignments', alignmentRow);
