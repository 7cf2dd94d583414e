import * as v from 'valibot';
import { parsedObjectSchema } from './digest.ts';

const file = v.strictTuple([v.string(), v.string()]);
const group = v.record(v.string(), file);
/** The list stands before the group, since a list would pass for a group, too. */
const input = v.union([file, v.array(v.union([file, group])), group]);

/** What a worker is asked to do: a line of JSON on its standard input. */
export const jobMessage = v.object({
  kind: v.string(),
  bundle: v.string(),
  params: parsedObjectSchema,
  inputs: v.record(v.string(), input),
  outputs: v.array(v.string()),
  pure: v.boolean(),
  options: v.record(v.string(), v.string()),
  root: v.string(),
});

export type JobMessage = v.InferOutput<typeof jobMessage>;

const finite = v.pipe(v.number(), v.finite());
const size = v.pipe(finite, v.safeInteger(), v.minValue(0));

/** How far a stage is (`Progress`). */
export const progressSchema = v.object({
  done: finite,
  total: v.exactOptional(finite),
  unit: v.exactOptional(v.string()),
  note: v.exactOptional(v.string()),
});

/** How much a process has written to standard output and standard error in its job. Some of it may still be on its way. */
const printedBytes = finite;

/** What a worker says (engine/frames.ts). The bytes of the outputs follow `made`, one output after the other. */
export const workerMessage = v.variant('type', [
  v.object({ type: v.literal('progress'), progress: progressSchema }),
  v.object({ type: v.literal('log'), line: v.string() }),
  v.object({ type: v.literal('failed'), message: v.string(), printedBytes }),
  v.object({
    type: v.literal('made'),
    outputs: v.array(v.strictTuple([v.string(), size])),
    peakBytes: finite,
    printedBytes,
  }),
]);

export type WorkerMessage = v.InferOutput<typeof workerMessage>;
