import * as v from 'valibot';
import { numeric, optionalNumeric } from '../schemas.ts';
import { tableFormat } from './table.ts';

const trialRow = v.object({
  claim: v.string(),
  /** Which choice is another than ours: `n`, `labels drawn`; `ours` if none is. */
  choice: v.string(),
  /** By what factor it is another; 1 where it is no number. */
  factor: numeric,
  seed: numeric,
  /** The statistic of the claim; empty where it is not a number. */
  value: optionalNumeric,
});

export type TrialRow = v.InferOutput<typeof trialRow>;

/** The statistics of headline claims with one choice another than ours, a row a claim and seed. */
export const trialTable = tableFormat('trial', trialRow);
