import * as v from 'valibot';
import { numeric } from '../schemas.ts';
import { tableFormat } from './table.ts';

/** A row of the table. */
const curveRow = v.object({
  iteration: numeric,
  loss: numeric,
  /** The diffusion model: the loss without its constant C·d/2n, which would hide it. The classifier: the loss. */
  excess_loss: numeric,
  /** Norm of the gradient in R^(R×d). */
  gradient_norm: numeric,
  /** The step that led here. */
  step: numeric,
});

export type CurveRow = v.InferOutput<typeof curveRow>;

/** The loss of one training, one row a recorded iteration. */
export const curveTable = tableFormat('curve', curveRow);
