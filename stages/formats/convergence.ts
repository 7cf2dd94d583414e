import * as v from 'valibot';
import { ENDINGS } from '../../science/gradient-descent.ts';
import { numeric, optionalNumeric } from '../schemas.ts';
import { tableFormat } from './table.ts';

/** A row of the table. */
const convergenceRow = v.object({
  model: v.picklist(['diffusion', 'classifier']),
  dataset: v.picklist(['synthetic', 'noisy-mnist']),
  n: numeric,
  d: numeric,
  m: numeric,
  /** Time of the forward step; empty for the classifier. */
  t: optionalNumeric,
  nsnr2: numeric,
  seed: numeric,
  iterations: numeric,
  stopped_by: v.picklist(ENDINGS),
  gradient_norm: numeric,
  /** Final gradient norm by its maximum. */
  gradient_norm_ratio: numeric,
  halvings: numeric,
  final_step: numeric,
  /**
   * Signal learning by noise learning of the means in the early phase (science/early-phase.ts); empty if it never
   * ended.
   */
  ratio_early: optionalNumeric,
  /** The same at the end, of the maxima and of the means. */
  ratio_max: numeric,
  ratio_mean: numeric,
  /** ratio_max of the training with half the step; empty where there was none. */
  ratio_max_half_step: optionalNumeric,
  /** ratio_max of the training to a smaller gradient; empty where there was none. */
  ratio_max_tighter: optionalNumeric,
  excess_loss: numeric,
});

export type ConvergenceRow = v.InferOutput<typeof convergenceRow>;

/** How trainings ended, one row a training. */
export const convergenceTable = tableFormat('convergence', convergenceRow);
