import * as v from 'valibot';
import { numeric } from '../schemas.ts';
import { learningColumns } from './learning.ts';
import { tableFormat } from './table.ts';

/** A row of the table. The first four columns say which training it is, so that tables can be stacked. */
const variantRow = v.object({
  /** What was trained, on what and how; the name that figures show. */
  variant: v.string(),
  snr: numeric,
  nsnr2: numeric,
  seed: numeric,
  iteration: numeric,
  /** Of the neurons of the first layer. */
  ...learningColumns,
  /**
   * Training loss on what was drawn in this iteration. Except for classifiers, it is without its constant, the loss at
   * W = 0.
   */
  loss: numeric,
});

export type VariantRow = v.InferOutput<typeof variantRow>;

/** Signal and noise learning of one training of a variant, one row a recorded iteration. */
export const variantTable = tableFormat('variant-alignments', variantRow);
