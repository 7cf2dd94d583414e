import * as v from 'valibot';
import { type Digest, digestBytes, digestSchema, parsedObjectSchema } from './digest.ts';
import { parsedJson } from './parsed-json.ts';

const digestsSchema = v.record(v.string(), digestSchema);

/** The code of a kind, which many results share. */
const codeEntry = v.object({
  entry: v.literal('code'),
  digest: digestSchema,
  bundle: digestSchema,
  files: v.record(v.string(), v.string()),
  packages: v.record(v.string(), v.string()),
  platform: v.exactOptional(v.string()),
});

/** What a stage made by a recipe, and how. */
const resultEntry = v.object({
  entry: v.literal('result'),
  stage: v.string(),
  /** The folder below which the outputs were put, from the root: empty for the root itself. */
  place: v.string(),
  recipe: digestSchema,
  kind: v.string(),
  params: parsedObjectSchema,
  inputs: v.record(v.string(), digestsSchema),
  code: digestSchema,
  outputs: digestsSchema,
  /** What it had to say, if anything. */
  log: v.exactOptional(digestSchema),
  /** Not there of what was fetched, since nobody here knows how long that took. */
  seconds: v.exactOptional(v.pipe(v.number(), v.finite(), v.minValue(0))),
  finished: v.pipe(v.string(), v.isoTimestamp()),
  machine: v.string(),
});

/**
 * From here on the results of these recipes do not count, and these stages are to be run anew. What the recipes gave is
 * not forgotten.
 */
const invalidationEntry = v.object({
  entry: v.literal('invalidation'),
  recipes: v.array(digestSchema),
  stages: v.array(v.string()),
});

const entrySchema = v.variant('entry', [codeEntry, resultEntry, invalidationEntry]);

export type LedgerEntry = v.InferOutput<typeof entrySchema>;
export type LedgerCode = v.InferOutput<typeof codeEntry>;
export type LedgerResult = v.InferOutput<typeof resultEntry>;

/** The objects that a result needs. */
export function objectsOf({ outputs, log }: Pick<LedgerResult, 'outputs' | 'log'>): Digest[] {
  return [...Object.values(outputs), ...(log === undefined ? [] : [log])];
}

/** How many letters of a line's digest stand before the line: enough to find damage. */
const CHECK_LENGTH = 16;

/** An entry as a line: the beginning of the digest of its JSON, and the JSON. */
export function lineOf(entry: LedgerEntry): string {
  const text = JSON.stringify(entry);
  return `${checkOf(text)} ${text}`;
}

function checkOf(text: string): string {
  return digestBytes(text).slice(0, CHECK_LENGTH);
}

/** The entry that a line holds; undefined if the line is damaged. */
export function parseLine(line: string): LedgerEntry | undefined {
  const text = line.slice(CHECK_LENGTH + 1);
  return line === `${checkOf(text)} ${text}` ? parsedJson(entrySchema, text) : undefined;
}
