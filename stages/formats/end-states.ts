import * as v from 'valibot';
import { ENDINGS } from '../../science/gradient-descent.ts';
import { numeric } from '../schemas.ts';
import { tableFormat } from './table.ts';

/** The columns of a training of the diffusion model on the synthetic data, and of the weights that it ended with. */
export const endStateColumns = {
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
  /** The denoising loss a patch, without its constant: of the signals of test samples, and of their unseen noise. */
  test_signal: numeric,
  test_noise: numeric,
};

/** How trainings ended, one row a training. */
export const endStateTable = tableFormat('end-states', v.object(endStateColumns));
