import * as v from 'valibot';
import { ORIGINS } from '../claims/claim.ts';
import { finite } from '../schemas.ts';
import { jsonFormat } from './json.ts';
import { textFormat } from './text.ts';

const measuredClaim = v.strictObject({
  id: v.string(),
  origin: v.picklist(ORIGINS),
  statement: v.string(),
  source: v.string(),
  statistic: v.string(),
  estimate: finite,
  /** Of 95 %. */
  interval: v.pipe(v.strictTuple([finite, finite]), v.readonly()),
  criterion: v.string(),
  verdict: v.picklist(['holds', 'in part', 'does not hold']),
  /** How far our choices can move before it flips; of headline claims. */
  choices: v.optional(v.string()),
});

/** A claim with its number, the number's interval, and what follows from it. */
export type MeasuredClaim = v.InferOutput<typeof measuredClaim>;

/** The claims as measured. */
export const claimsFile = jsonFormat(
  'claims',
  v.pipe(v.array(measuredClaim), v.readonly()),
  'a list of measured claims',
);

/** The same for readers: Markdown. */
export const claimsDocument = textFormat('claims-document', 'md');
