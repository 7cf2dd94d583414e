import { z } from 'zod';
import { artifactType } from '../../engine/kind.ts';
import { numberCell } from './table.ts';

/** How the trainings of the diffusion model ended, one row a training. */
export const convergenceTable = artifactType('convergence', 'csv');

/** A row of the table. */
export const convergenceRow = z.object({
  dataset: z.enum(['synthetic', 'noisy-mnist']),
  nsnr2: numberCell,
  seed: numberCell,
  iterations: numberCell,
  stopped_by: z.enum(['stationary', 'iteration-limit']),
  gradient_norm: numberCell,
  /** Final gradient norm by its maximum. */
  gradient_norm_ratio: numberCell,
  halvings: numberCell,
  final_step: numberCell,
  /** Signal learning by noise learning at the end, of the maxima and of the means. */
  ratio_max: numberCell,
  ratio_mean: numberCell,
  /** ratio_max of the training with half the step; empty where there was none. */
  ratio_max_half_step: z.union([z.literal('').transform(() => undefined), numberCell]).optional(),
  excess_loss: numberCell,
});

export type ConvergenceRow = z.output<typeof convergenceRow>;
