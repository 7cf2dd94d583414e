import * as v from 'valibot';
import { defineKind, many } from '../engine/kind.ts';
import { GROUP_NAMES } from './claims/groups.ts';
import { alignmentTable } from './formats/alignments.ts';
import { claimsDocument, claimsFile } from './formats/claims.ts';
import { classAlignmentTable } from './formats/class-alignments.ts';
import { convergenceTable } from './formats/convergence.ts';
import { variantTable } from './formats/variant-alignments.ts';
import { finite, positive } from './schemas.ts';

const group = v.strictObject({
  /** The sizes of its experiments, e.g. `n = 30, d = 1000`. */
  about: v.pipe(v.string(), v.minLength(1)),
  /** One a table, in the order in which they are wired; none if the tables' own columns tell them apart. */
  labels: v.array(v.record(v.string(), v.union([finite, v.string()]))),
});

/** Measures the paper's sentences, and ours about the appendix, over seeds, each by a criterion that is declared beside it (stages/claims/statements). */
export default defineKind({
  name: 'claims',
  module: import.meta.url,
  params: v.strictObject({
    /** Every n·SNR² of the synthetic data. */
    sweep: v.pipe(v.array(positive), v.minLength(1)),
    /** The two values of n·SNR² of Figures 2 and 5. */
    low: positive,
    high: positive,
    /** The values of n·SNR² of Figure A1. */
    moreSnr: v.pipe(v.array(positive), v.minLength(1)),
    /** The two values of n·SNR² of the variants, Figures A6, A8 and A9. */
    variants: v.strictObject({ low: positive, high: positive }),
    /** A description of every group that is wired. */
    groups: v.record(v.picklist(GROUP_NAMES), group),
  }),
  // The groups by their names: one that is not wired has no tables.
  inputs: {
    convergence: convergenceTable,
    synthetic: many(alignmentTable),
    noisyMnist: many(alignmentTable),
    noisyMnistHigh: many(alignmentTable),
    times: many(alignmentTable),
    sizes: many(alignmentTable),
    tenDigits: many(classAlignmentTable),
    tenDigitsHigh: many(classAlignmentTable),
    variants: many(variantTable),
  },
  outputs: { claims: claimsFile, document: claimsDocument },
  async run({ params, inputs, outputs }) {
    const { measureClaims } = await import('./claims/measure-claims.ts');
    await measureClaims(params, inputs, outputs);
  },
});
