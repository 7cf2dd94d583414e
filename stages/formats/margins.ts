import * as v from 'valibot';
import { numeric, optionalNumeric } from '../schemas.ts';
import { tableFormat } from './table.ts';

const marginRow = v.object({
  claim: v.string(),
  choice: v.string(),
  verdict_of_ours: v.picklist(['holds', 'in part', 'does not hold']),
  /** The least and the largest factor that was tried. */
  tried_from: numeric,
  tried_to: numeric,
  /** The factors at which the claim flips; empty if it holds at all that were tried. */
  flips_below: optionalNumeric,
  flips_above: optionalNumeric,
  /** At how many of the values that were tried the claim's mean does not meet its criterion. */
  fails: numeric,
});

export type MarginRow = v.InferOutput<typeof marginRow>;

/** How far our choices can move before headline claims flip, a row a claim and choice. */
export const marginTable = tableFormat('margin', marginRow);
