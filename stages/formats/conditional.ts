import * as v from 'valibot';
import { ENDINGS } from '../../science/gradient-descent.ts';
import { numeric, optionalNumeric } from '../schemas.ts';
import { tableFormat } from './table.ts';

/**
 * Ways to tell the diffusion model the class: not at all, by a bias of each neuron for each class, by neurons of their
 * own.
 */
export const CONDITIONS = ['none', 'bias', 'own neurons'] as const;

const conditionalRow = v.object({
  condition: v.picklist(CONDITIONS),
  nsnr2: numeric,
  seed: numeric,
  /** Signal by noise learning of the means: early (science/early-phase.ts), and when training ends. */
  ratio_early: numeric,
  ratio: numeric,
  /** What the mean field gives for ratio; empty for biases, which it is not about. */
  ratio_mean_field: optionalNumeric,
  /** Mean |⟨w, μ_1⟩ − ⟨w, μ_-1⟩| by mean |⟨w, μ⟩|. */
  class_gap: numeric,
  /** Of neurons of each class's own: stationary if those of both are. */
  stopped_by: v.picklist(ENDINGS),
});

export type ConditionalRow = v.InferOutput<typeof conditionalRow>;

/** How trainings with and without a condition ended, a row a training. */
export const conditionalTable = tableFormat('conditional', conditionalRow);
