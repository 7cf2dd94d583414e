import { join } from 'node:path';
import * as v from 'valibot';
import type { Checkout } from './checkout.ts';
import { makeCode } from './code.ts';
import { byKey, type Digest, digestBytes, digestSchema, parsedObjectSchema } from './digest.ts';
import { UserError } from './errors.ts';
import { reached } from './fault-points.ts';
import { readOptionalFile, statsAt, writeFileAtomically } from './files.ts';
import type { Graph, Stage } from './graph.ts';
import { describeIssues } from './issues.ts';
import type { LedgerResult } from './ledger.ts';
import type { RecipeParts } from './reasons.ts';
import { makeRecipe } from './recipe.ts';

const MAX_BYTES = 64 * 1024 * 1024;

const digestsSchema = v.record(v.string(), digestSchema);

const lockSchema = v.pipe(
  v.strictObject({
    format: v.literal(1),
    /** The code of every kind, once for all its stages. */
    kinds: v.record(v.string(), v.strictObject({ modules: digestsSchema, packages: v.record(v.string(), v.string()) })),
    stages: v.record(
      v.string(),
      v.strictObject({
        kind: v.string(),
        params: parsedObjectSchema,
        inputs: v.record(v.string(), digestsSchema),
        outputs: digestsSchema,
      }),
    ),
  }),
  v.check(
    ({ kinds, stages }) => Object.values(stages).every(({ kind }) => Object.hasOwn(kinds, kind)),
    'a stage is of a kind that the lock does not have',
  ),
);

/** A statement of what the committed code makes: recipes and results, without times, machines or paths of one. */
export type Lock = v.InferOutput<typeof lockSchema>;

/** Where the lock of a checkout is. */
export function lockPathOf(root: string): string {
  return join(root, 'artifacts', 'lock.json');
}

/**
 * Reads the lock of a checkout; undefined if there is none.
 * @throws {UserError} if it is damaged.
 */
export function readLock(root: string): Lock | undefined {
  const path = lockPathOf(root);
  if ((statsAt(path)?.size ?? 0) > MAX_BYTES) throw damaged(path, 'it is too large');
  const text = readOptionalFile(path);
  return text === undefined ? undefined : parseLock(text, path);
}

/**
 * The lock that a text holds.
 * @param source names the text in messages.
 * @throws {UserError} if it is damaged.
 */
export function parseLock(text: string, source: string): Lock {
  if (text.length > MAX_BYTES) throw damaged(source, 'it is too large');
  const parsed = v.safeParse(lockSchema, parseJson(text, source));
  if (!parsed.success) throw damaged(source, describeIssues(parsed.issues));
  return parsed.output;
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(source, 'it is not JSON');
  }
}

/** The recipe that the lock has of a stage; undefined if it does not have the stage. */
export function lockedParts({ kinds, stages }: Lock, stage: string): RecipeParts | undefined {
  const entry = Object.hasOwn(stages, stage) ? stages[stage] : undefined;
  if (entry === undefined) return undefined;
  const { kind, params, inputs } = entry;
  return { kind, params, inputs, ...kinds[kind] };
}

/** What the lock says that a stage makes; nothing if it does not have the stage. */
export function lockedOutputs({ stages }: Lock, stage: string): Readonly<Record<string, Digest>> {
  return (Object.hasOwn(stages, stage) ? stages[stage]?.outputs : undefined) ?? {};
}

/** The digests of all recipes that the lock has. */
export function lockedRecipes({ kinds, stages }: Lock): Digest[] {
  const codes = new Map(
    Object.entries(kinds).map(([kind, { modules, packages }]) => [
      kind,
      makeCode(Object.entries(modules), Object.entries(packages)),
    ]),
  );
  return Object.values(stages).flatMap(({ kind, params, inputs }) => {
    const code = codes.get(kind);
    return code === undefined ? [] : [makeRecipe({ kind, params, inputs, code }).digest];
  });
}

function damaged(source: string, problem: string): UserError {
  return new UserError(`${source} is not a lock: ${problem}\nRestore it from git, or delete it and run all.`);
}

/**
 * Writes what a run has made into the lock of the checkout. Entries that the run did not touch stay, as long as the graph
 * has the stage and the code of its kind is unchanged.
 * @returns the digest of the lock.
 */
export function updateLock(checkout: Checkout, graph: Graph, results: ReadonlyMap<Stage, LedgerResult>): Digest {
  const old = results.size < graph.size ? readLockOrNothing(checkout.root) : undefined;
  const stages = { ...old?.stages };
  const kinds = { ...old?.kinds };
  for (const [stage, { kind, params, inputs, outputs }] of results) {
    const { modules, packages } = checkout.codeOf(stage);
    kinds[kind] = { modules, packages };
    stages[stage.name] = { kind, params, inputs, outputs };
  }
  const made = new Set([...results.keys()].map((stage) => stage.name));
  const isUnchanged = (kind: string) => JSON.stringify(kinds[kind]) === JSON.stringify(old?.kinds[kind]);
  const current = Object.entries(stages).filter(
    ([name, { kind }]) => made.has(name) || (graph.has(name) && isUnchanged(kind)),
  );
  const used = new Set(current.map(([, { kind }]) => kind));
  const lock: Lock = {
    format: 1,
    kinds: Object.fromEntries(
      Object.entries(kinds)
        .filter(([kind]) => used.has(kind))
        .sort(byKey),
    ),
    stages: Object.fromEntries(current.sort(byKey)),
  };
  const text = `${JSON.stringify(lock, null, 2)}\n`;
  const path = lockPathOf(checkout.root);
  if (statsAt(path)?.isFile() === false) checkout.store.setAside(path);
  const digest = digestBytes(text);
  if (checkout.fileDigests.digestOf(path) !== digest) {
    checkout.fileDigests.noteWritten(path, digest, writeFileAtomically(path, text));
  }
  reached('lock:written');
  return digest;
}

/** A damaged lock is no reason not to write a good one. */
function readLockOrNothing(root: string): Lock | undefined {
  try {
    return readLock(root);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
