import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { type Digest, digestBytes, digestSchema } from '../digest.ts';
import type { JobResult } from '../executor.ts';
import { statsAt } from '../files.ts';
import { memoryText, recall } from '../memory-file.ts';

const INDEX = 'result.json';

const indexSchema = v.intersect([
  v.object({ recipe: digestSchema, log: digestSchema }),
  v.variant('ok', [
    v.object({
      ok: v.literal(true),
      outputs: v.record(v.string(), digestSchema),
      seconds: v.number(),
      machine: v.string(),
      peakBytes: v.number(),
    }),
    v.object({ ok: v.literal(false), message: v.string() }),
  ]),
]);

/**
 * Writes how a job ended to a folder of its own, which comes to its place whole: bytes under their digests, and an
 * index of them. A folder that is there is left as it is. Nothing is synced: what a power cut takes of it is found by
 * the digests.
 * @param path The place. The folder above it is there, unless the batch was given up: then this throws.
 */
export function writeResult(path: string, recipe: Digest, result: JobResult): void {
  const part = join(dirname(path), `.${randomUUID()}`);
  mkdirSync(part);
  const keep = (bytes: Uint8Array): Digest => {
    const digest = digestBytes(bytes);
    const file = join(part, digest);
    if (statsAt(file) === undefined) writeFileSync(file, bytes);
    return digest;
  };
  const kept = result.ok
    ? { ...result, outputs: Object.fromEntries(Object.entries(result.outputs).map(([name, b]) => [name, keep(b)])) }
    : result;
  writeFileSync(join(part, INDEX), memoryText({ ...kept, recipe, log: keep(result.log) }));
  try {
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    if (statsAt(path) === undefined) throw error;
  }
}

/** How a job ended, by the folder at a path; undefined if that is damaged, or is of another recipe. */
export function readResult(path: string, recipe: Digest): JobResult | undefined {
  const { value: index } = recall(join(path, INDEX), indexSchema);
  if (index?.recipe !== recipe) return undefined;
  const log = readKept(path, index.log);
  if (log === undefined) return undefined;
  if (!index.ok) return { ok: false, message: index.message, log };
  const outputs: Record<string, Uint8Array> = {};
  for (const [name, digest] of Object.entries(index.outputs)) {
    const bytes = readKept(path, digest);
    if (bytes === undefined) return undefined;
    outputs[name] = bytes;
  }
  const { seconds, machine, peakBytes } = index;
  return { ok: true, outputs, seconds, machine, peakBytes, log };
}

function readKept(path: string, digest: Digest): Uint8Array | undefined {
  const file = join(path, digest);
  if (statsAt(file)?.isFile() !== true) return undefined;
  const bytes = readFileSync(file);
  return digestBytes(bytes) === digest ? bytes : undefined;
}
