import * as v from 'valibot';
import { numeric } from '../schemas.ts';
import { tableFormat } from './table.ts';

const byPatchRow = v.object({
  snr: numeric,
  seed: numeric,
  samples: v.picklist(['training', 'test']),
  patch: v.picklist(['image', 'noise']),
  /** Mean ‖∇F_y‖² of the classifier by this patch. */
  gradient: numeric,
  /** The gain of denoising (science/denoising-gain.ts), expected, and of draws of ε with its interval. */
  gain: numeric,
  gain_drawn: numeric,
  gain_low: numeric,
  gain_high: numeric,
});

export type ByPatchRow = v.InferOutput<typeof byPatchRow>;

/** What both models do with each patch of the samples of Noisy-MNIST. */
export const byPatchTable = tableFormat('by-patch', byPatchRow);
