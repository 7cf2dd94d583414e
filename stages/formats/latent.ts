import * as v from 'valibot';
import { ENDINGS } from '../../science/gradient-descent.ts';
import { numeric } from '../schemas.ts';
import { tableFormat } from './table.ts';

const latentRow = v.object({
  /** Dimensions of the latent space. */
  k: numeric,
  nsnr2: numeric,
  seed: numeric,
  /** Mean signal learning, by that and mean noise learning, when training ends. */
  signal_share: numeric,
  stopped_by: v.picklist(ENDINGS),
});

export type LatentRow = v.InferOutput<typeof latentRow>;

/** How trainings in a latent space ended, a row a training. */
export const latentTable = tableFormat('latent', latentRow);
