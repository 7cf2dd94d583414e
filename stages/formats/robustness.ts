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

const bracketRow = v.object({
  claim: v.string(),
  choice: v.string(),
  side: v.picklist(['less', 'more']),
  /** Factors of the choice: one at which the claim holds, and one at which it does not. */
  holds: numeric,
  fails: numeric,
});

export type BracketRow = v.InferOutput<typeof bracketRow>;

/** Where headline claims flip, a row a claim, choice and side. */
export const bracketTable = tableFormat('bracket', bracketRow);

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
