import * as v from 'valibot';
import { numeric } from '../schemas.ts';
import { endStateColumns } from './end-states.ts';
import { tableFormat } from './table.ts';

const meanFieldRow = v.object({
  ...endStateColumns,
  kappa: numeric,
  /** What the mean field gives for ratio, loss and share outside. */
  ratio_mean_field: numeric,
  excess_loss_mean_field: numeric,
  outside_mean_field: numeric,
});

export type MeanFieldRow = v.InferOutput<typeof meanFieldRow>;

/** How trainings ended beside the mean field of each, one row a training. */
export const meanFieldTable = tableFormat('mean-field', meanFieldRow);

/** Below this share in common, neurons are not alike. */
const ALIKE = 0.95;

/** Whether a training ended where the mean field looks: with neurons that have the same projections on the patches. */
export function isSymmetric({ common }: Pick<MeanFieldRow, 'common'>): boolean {
  return common >= ALIKE;
}
