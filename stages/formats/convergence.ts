import * as v from 'valibot';
import { artifactType } from '../../engine/kind.ts';
import { numeric } from '../schemas.ts';

/** How the trainings of the diffusion model ended, one row a training. */
export const convergenceTable = artifactType('convergence', 'csv');

const empty = v.pipe(
  v.literal(''),
  v.transform(() => undefined),
);

/** A row of the table. */
export const convergenceRow = v.object({
  dataset: v.picklist(['synthetic', 'noisy-mnist']),
  nsnr2: numeric,
  seed: numeric,
  iterations: numeric,
  stopped_by: v.picklist(['stationary', 'iteration-limit']),
  gradient_norm: numeric,
  /** Final gradient norm by its maximum. */
  gradient_norm_ratio: numeric,
  halvings: numeric,
  final_step: numeric,
  /** Signal learning by noise learning at the end, of the maxima and of the means. */
  ratio_max: numeric,
  ratio_mean: numeric,
  /** ratio_max of the training with half the step; empty where there was none. */
  ratio_max_half_step: v.optional(v.union([empty, numeric])),
  excess_loss: numeric,
});

export type ConvergenceRow = v.InferOutput<typeof convergenceRow>;
