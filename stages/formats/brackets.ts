import * as v from 'valibot';
import { numeric } from '../schemas.ts';
import { tableFormat } from './table.ts';

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
