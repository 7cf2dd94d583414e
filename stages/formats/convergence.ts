import { z } from 'zod';
import { artifactType } from '../../engine/kind.ts';
import { numberCell } from './table.ts';

/** How trainings ended, one row a training. */
export const convergenceTable = artifactType('convergence', 'csv');

const optionalCell = z.union([z.literal('').transform(() => undefined), numberCell]).optional();

/** A row of the table. */
export const convergenceRow = z.object({
  model: z.enum(['diffusion', 'classifier']),
  dataset: z.enum(['synthetic', 'noisy-mnist']),
  n: numberCell,
  d: numberCell,
  m: numberCell,
  /** Time of the forward step; empty for the classifier. */
  t: optionalCell,
  nsnr2: numberCell,
  seed: numberCell,
  iterations: numberCell,
  stopped_by: z.enum(['stationary', 'iteration-limit']),
  gradient_norm: numberCell,
  /** Final gradient norm by its maximum. */
  gradient_norm_ratio: numberCell,
  halvings: numberCell,
  final_step: numberCell,
  /** Signal learning by noise learning of the means in the early phase (science/early-phase.ts); empty if it never ended. */
  ratio_early: optionalCell,
  /** The same at the end, of the maxima and of the means. */
  ratio_max: numberCell,
  ratio_mean: numberCell,
  /** ratio_max of the training with half the step; empty where there was none. */
  ratio_max_half_step: optionalCell,
  excess_loss: numberCell,
});

export type ConvergenceRow = z.output<typeof convergenceRow>;
