import * as v from 'valibot';
import { parsedObjectSchema } from './digest.ts';

const file = v.strictTuple([v.string(), v.string()]);
const group = v.record(v.string(), file);
// The list comes before the group, since it would pass for one, too.
const input = v.union([file, v.array(v.union([file, group])), group]);

/** What a worker is asked to do: a line of JSON on its standard input. */
export const jobMessageSchema = v.object({
  kind: v.string(),
  bundle: v.string(),
  params: parsedObjectSchema,
  inputs: v.record(v.string(), input),
  outputs: v.array(v.string()),
  pure: v.boolean(),
  options: v.record(v.string(), v.string()),
  root: v.string(),
});

export type JobMessage = v.InferOutput<typeof jobMessageSchema>;

const finite = v.pipe(v.number(), v.finite());
const size = v.pipe(finite, v.safeInteger(), v.minValue(0));

/** How far a stage is (`Progress`). */
export const progressSchema = v.object({
  done: finite,
  total: v.exactOptional(finite),
  unit: v.exactOptional(v.string()),
  note: v.exactOptional(v.string()),
});

/** How many bytes a process has printed in its job. Some of them may still be on their way. */
const printedBytes = finite;

/** What a worker says (engine/frames.ts). The bytes of the outputs follow `made`, one output after the other. */
export const workerMessageSchema = v.variant('type', [
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

export type WorkerMessage = v.InferOutput<typeof workerMessageSchema>;
