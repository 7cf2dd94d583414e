import { z } from 'zod';
import { defineKind, many } from '../engine/kind.ts';
import { GROUP_NAMES } from './claims/groups.ts';
import { alignmentTable } from './formats/alignments.ts';
import { claimsDocument, claimsFile } from './formats/claims.ts';
import { convergenceTable } from './formats/convergence.ts';

const positive = z.number().positive();

const group = z.strictObject({
  /** The sizes of its experiments, e.g. `n = 30, d = 1000`. */
  about: z.string().min(1),
  /** One a table, in the order in which they are wired; none if the tables' own columns tell them apart. */
  labels: z.array(z.record(z.string(), z.union([z.number(), z.string()]))),
});

/** Measures the paper's sentences over seeds, each by a criterion that was declared beforehand (stages/claims/). */
export default defineKind({
  name: 'claims',
  module: import.meta.url,
  params: z.strictObject({
    /** Every n·SNR² of the synthetic data. */
    sweep: z.array(positive).min(1),
    /** The two values of n·SNR² of Figures 2 and 5. */
    low: positive,
    high: positive,
    /** A description of every group that is wired. */
    groups: z.partialRecord(z.enum(GROUP_NAMES), group),
  }),
  inputs: {
    convergence: convergenceTable,
    synthetic: many(alignmentTable),
    noisyMnist: many(alignmentTable),
    noisyMnistHigh: many(alignmentTable),
    times: many(alignmentTable),
    sizes: many(alignmentTable),
  },
  outputs: { claims: claimsFile, document: claimsDocument },
  async run({ params, inputs, outputs }) {
    const { measureClaims } = await import('./claims/measure-claims.ts');
    await measureClaims(params, inputs, outputs);
  },
});
