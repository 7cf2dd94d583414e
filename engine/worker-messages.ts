import * as v from 'valibot';
import { parsedObjectSchema } from './digest.ts';

/** What a worker is asked to do. */
export const messageToWorker = v.object({
  stage: v.string(),
  module: v.string(),
  params: parsedObjectSchema,
  inputs: v.record(v.string(), v.union([v.string(), v.array(v.string())])),
  outputs: v.record(v.string(), v.string()),
  options: v.record(v.string(), v.string()),
});

export type MessageToWorker = v.InferOutput<typeof messageToWorker>;

const finite = v.pipe(v.number(), v.finite());

const progress = v.object({
  done: finite,
  total: v.exactOptional(finite),
  unit: v.exactOptional(v.string()),
  note: v.exactOptional(v.string()),
});

const result = v.variant('ok', [
  v.object({ ok: v.literal(true), peakBytes: finite }),
  v.object({ ok: v.literal(false), message: v.string() }),
]);

/** What a worker says. */
export const messageFromWorker = v.variant('type', [
  v.object({ type: v.literal('progress'), progress }),
  v.object({ type: v.literal('log'), line: v.string() }),
  v.object({
    type: v.literal('result'),
    result,
    /** How much it has written to standard output and standard error meanwhile, and may still be on its way. */
    outputBytes: finite,
  }),
]);

export type MessageFromWorker = v.InferOutput<typeof messageFromWorker>;
