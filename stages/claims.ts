import * as v from 'valibot';
import { defineKind } from '../engine/kind.ts';
import { choicesOf } from './claims/choices.ts';
import { documentOf } from './claims/document.ts';
import { GROUP_NAMES } from './claims/groups.ts';
import { claimInputs } from './claims/inputs.ts';
import { measureClaims } from './claims/measure-claims.ts';
import { claimsDocument, claimsFile } from './formats/claims.ts';
import { positive } from './schemas.ts';

const group = v.strictObject({
  /** The sizes of its experiments, e.g. `n = 30, d = 1000`. */
  about: v.pipe(v.string(), v.minLength(1)),
});

/**
 * Measures over seeds what the paper says, and what we say of the appendix. Each claim has a criterion, which is
 * declared beside it (stages/claims/statements).
 */
export default defineKind({
  name: 'claims',
  module: import.meta.url,
  light: true,
  params: v.strictObject({
    /** Every n·SNR² of the synthetic data. */
    sweep: v.pipe(v.array(positive), v.minLength(1)),
    /** The two values of n·SNR² of Figures 2 and 5. */
    low: positive,
    high: positive,
    /** The values of n·SNR² of Figure A1. */
    moreSnr: v.pipe(v.array(positive), v.minLength(1)),
    /** The values of n·SNR² of the variants, Figures A6, A8 and A9. */
    variants: v.strictObject({ low: positive, high: positive, ends: v.array(positive) }),
    /** The values of κ of Figure A10. */
    kappas: v.array(positive),
    /** Stationary is a gradient whose norm is below this share of its maximum. */
    stationarity: positive,
    /** A description of every group that is wired. */
    groups: v.record(v.picklist(GROUP_NAMES), group),
  }),
  inputs: claimInputs,
  outputs: { claims: claimsFile, document: claimsDocument },
  run({ params, inputs }) {
    const margins = inputs.margins.flat();
    const claims = measureClaims(params, inputs).map((claim) => ({ ...claim, ...choicesOf(claim, margins) }));
    return { claims, document: documentOf(claims) };
  },
});
