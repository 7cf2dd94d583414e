import * as v from 'valibot';
import { numeric, optionalNumeric } from '../schemas.ts';
import { alignmentRow } from './alignments.ts';
import { learningColumns } from './learning.ts';
import { tableFormat } from './table.ts';

const { model, dataset, snr, nsnr2, seed, iteration } = alignmentRow.entries;

/** A row of the table. Signals and noise are those of the training samples of the class; neurons are all there are. */
const classAlignmentRow = v.object({
  model,
  dataset,
  snr,
  nsnr2,
  seed,
  iteration,
  /** The label, from 0 on. */
  class: numeric,
  ...learningColumns,
  /** The share of test samples of the class that the classifier gets right; empty for the diffusion model. */
  accuracy: optionalNumeric,
});

export type ClassAlignmentRow = v.InferOutput<typeof classAlignmentRow>;

/** Signal and noise learning of one training by class, one row a recorded iteration and class. */
export const classAlignmentTable = tableFormat('class-alignments', classAlignmentRow);
