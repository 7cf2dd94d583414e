import * as v from 'valibot';
import { ENDINGS } from '../../science/gradient-descent.ts';
import { numeric } from '../schemas.ts';
import { tableFormat } from './table.ts';

/** A training of the diffusion model on the synthetic data, and the weights that it ended with. */
const endState = {
  n: numeric,
  d: numeric,
  m: numeric,
  t: numeric,
  nsnr2: numeric,
  seed: numeric,
  iterations: numeric,
  stopped_by: v.picklist(ENDINGS),
  /** Signal by noise learning, of the means. */
  ratio: numeric,
  excess_loss: numeric,
  /** See `EndState` of science/end-state.ts. */
  common: numeric,
  outside: numeric,
  class_gap: numeric,
  /** ‖Σξ‖²/Σ‖ξ‖² of the training samples. */
  noise_overlap: numeric,
  /** The denoising loss of test samples without its constant, a patch: of their signals, and of their noise, which is unseen. */
  test_signal: numeric,
  test_noise: numeric,
};

/** How trainings ended, one row a training. */
export const endStateTable = tableFormat('end-states', v.object(endState));

const meanFieldRow = v.object({
  ...endState,
  kappa: numeric,
  /** What the mean field gives for ratio, loss and share outside. */
  ratio_mean_field: numeric,
  excess_loss_mean_field: numeric,
  outside_mean_field: numeric,
});

export type MeanFieldRow = v.InferOutput<typeof meanFieldRow>;

/** The same beside the mean field of each. */
export const meanFieldTable = tableFormat('mean-field', meanFieldRow);

/** Below this share in common, neurons are not alike. */
const ALIKE = 0.95;

/** Whether a training ended where the mean field looks: with neurons that have the same projections on the patches. */
export function isSymmetric({ common }: Pick<MeanFieldRow, 'common'>): boolean {
  return common >= ALIKE;
}
