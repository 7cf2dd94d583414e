import * as v from 'valibot';
import { defineKind, many } from '../engine/kind.ts';
import { forwardStep } from '../science/forward-step.ts';
import { kappaOf, meanField } from '../science/mean-field.ts';
import { endStateTable } from './formats/end-states.ts';
import { meanFieldTable } from './formats/mean-field.ts';
import { positive } from './schemas.ts';

/** Puts beside how trainings ended what the mean field says of their (n·SNR², κ, m) (paper.md §5). */
export default defineKind({
  name: 'mean-field',
  module: import.meta.url,
  params: v.strictObject({
    /** Standard deviation σ_ξ of the noise of the data. */
    sigma: positive,
  }),
  inputs: { trainings: many(endStateTable) },
  outputs: { table: meanFieldTable },
  run({ params: { sigma }, inputs }) {
    const rows = inputs.trainings.flat().map((row) => {
      const kappa = kappaOf({ ...row, sigma, forward: forwardStep(row.t) });
      const { ratio, excessLoss, outside } = meanField({ nsnr2: row.nsnr2, kappa, m: row.m });
      const expected = { ratio_mean_field: ratio, excess_loss_mean_field: excessLoss, outside_mean_field: outside };
      return { ...row, kappa, ...expected };
    });
    return { table: rows };
  },
});
