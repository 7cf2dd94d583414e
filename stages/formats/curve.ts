import { z } from 'zod';
import { artifactType } from '../../engine/kind.ts';
import { numberCell } from './table.ts';

/** The loss of one training, one row a recorded iteration. */
export const curveTable = artifactType('curve', 'csv');

/** A row of the table. */
export const curveRow = z.object({
  iteration: numberCell,
  loss: numberCell,
  /** The diffusion model: the loss without its constant C·d/2n, which would hide it. The classifier: the loss. */
  excess_loss: numberCell,
  /** Norm of the gradient in R^(R×d). */
  gradient_norm: numberCell,
  /** The step that led here. */
  step: numberCell,
});

export type CurveRow = z.output<typeof curveRow>;
