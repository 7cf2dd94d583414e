import * as v from 'valibot';
import { digestSchema } from '../digest.ts';
import { jobMessageSchema } from '../worker-messages.ts';

/** A job as a node reads it (`Job`). */
const jobSchema = v.object({
  ...jobMessageSchema.entries,
  stage: v.string(),
  recipe: digestSchema,
  expectedSeconds: v.number(),
  /** Not there in what an earlier version has handed over. */
  light: v.optional(v.boolean(), false),
});

const speedupSchema = v.object({
  name: v.string(),
  flag: v.string(),
  node: v.number(),
  selfTest: v.string(),
  digest: v.string(),
});

/** What the workers of a node run, and may read. Every node tests for itself whether a flag makes them faster. */
const nodeWorkplaceSchema = v.object({
  script: v.string(),
  readable: v.pipe(v.array(v.string()), v.readonly()),
  speedup: v.exactOptional(speedupSchema),
});

export type NodeWorkplace = v.InferOutput<typeof nodeWorkplaceSchema>;

/** All that an element of an array does: a file that its node reads. */
export const elementWorkSchema = v.object({
  jobs: v.array(jobSchema),
  /** The bundle that reads this: engine/slurm/element.ts. */
  program: v.string(),
  slots: v.number(),
  workplace: nodeWorkplaceSchema,
});

export type ElementWork = v.InferOutput<typeof elementWorkSchema>;
