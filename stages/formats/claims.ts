import { artifactType } from '../../engine/kind.ts';
import type { Verdict } from '../claims/criterion.ts';
import { numbersInText } from './numbers-in-text.ts';

/** The claims as measured: a JSON array of `MeasuredClaim`. */
export const claimsFile = artifactType('claims', 'json', numbersInText);

/** The same for readers: Markdown. */
export const claimsDocument = artifactType('claims-document', 'md');

/** A claim with its number, the number's 95 % interval, and what follows from it. */
export interface MeasuredClaim {
  readonly id: string;
  readonly statement: string;
  readonly source: string;
  readonly statistic: string;
  readonly estimate: number;
  readonly interval: readonly [number, number];
  readonly criterion: string;
  readonly verdict: Verdict;
}
