import { z } from 'zod';

/** What a worker is asked to do. */
export const messageToWorker = z.object({
  stage: z.string(),
  module: z.string(),
  params: z.record(z.string(), z.json()),
  inputs: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  outputs: z.record(z.string(), z.string()),
  options: z.record(z.string(), z.string()),
});

export type MessageToWorker = z.output<typeof messageToWorker>;

const progress = z.object({
  done: z.number(),
  total: z.number().exactOptional(),
  unit: z.string().exactOptional(),
  note: z.string().exactOptional(),
});

const result = z.union([
  z.object({ ok: z.literal(true), peakBytes: z.number() }),
  z.object({ ok: z.literal(false), message: z.string() }),
]);

/** What a worker says. */
export const messageFromWorker = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), progress }),
  z.object({ type: z.literal('log'), line: z.string() }),
  z.object({ type: z.literal('result'), result }),
]);

export type MessageFromWorker = z.output<typeof messageFromWorker>;
