import * as v from 'valibot';
import { numeric } from '../schemas.ts';
import { tableFormat } from './table.ts';

const curvatureRow = v.object({
  nsnr2: numeric,
  seed: numeric,
  /** The ends of the spectrum of the Hessian at the weights that a training ended with. */
  smallest: numeric,
  largest: numeric,
});

export type CurvatureRow = v.InferOutput<typeof curvatureRow>;

/** The curvature of the loss where trainings ended, one row a training. */
export const curvatureTable = tableFormat('curvature', curvatureRow);
