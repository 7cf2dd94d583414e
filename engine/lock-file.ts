import * as v from 'valibot';
import type { Checkout } from './checkout.ts';
import { byKey, type Digest, digestBytes, type JsonObject, parsedObjectSchema } from './digest.ts';
import { UserError } from './errors.ts';
import { reached } from './fault-points.ts';
import { readOptionalFile, statsAt, writeFileAtomically } from './files.ts';
import type { Graph, Stage } from './graph.ts';
import { describeIssues } from './issues.ts';
import type { Layout } from './layout.ts';
import type { Outputs } from './recipe.ts';
import type { Result } from './run-request.ts';
import type { Session } from './session.ts';

const MAX_BYTES = 64 * 1024 * 1024;
/** What stands before the digest of all that stands before this. */
const SEAL = '"seal": ';

/** A SHA-256 as 43 letters, two thirds as long as in hexadecimal. */
const lettersSchema = v.pipe(
  v.string(),
  v.regex(/^[\w-]{43}$/),
  v.transform((letters): Digest => Buffer.from(letters, 'base64url').toString('hex')),
);

const byKind = v.record(v.string(), v.string());

const lockSchema = v.strictObject({
  format: v.literal(2),
  /** The bundle of every kind. */
  bundles: v.record(v.string(), lettersSchema),
  /** What the bundles of kinds hold of each file, by the kind. */
  files: v.record(v.string(), byKind),
  packages: v.record(v.string(), byKind),
  /** The stages of every kind, by name. */
  stages: v.record(
    v.string(),
    v.record(
      v.string(),
      v.strictObject({
        params: parsedObjectSchema,
        recipe: lettersSchema,
        outputs: v.record(v.string(), lettersSchema),
      }),
    ),
  ),
  seal: v.string(),
});

/** What a stage is made by, and what it makes. */
export interface LockedStage {
  readonly kind: string;
  readonly params: JsonObject;
  readonly recipe: Digest;
  readonly outputs: Outputs;
}

/** The code of a kind. */
export interface LockedCode {
  readonly bundle: Digest;
  readonly files: Readonly<Record<string, string>>;
  readonly packages: Readonly<Record<string, string>>;
}

/** The statement of what the committed code makes: recipes and results, and no time, machine or path of one. */
export interface Lock {
  readonly kinds: ReadonlyMap<string, LockedCode>;
  readonly stages: ReadonlyMap<string, LockedStage>;
  /** Digest of the text that it was read from. */
  readonly digest?: Digest;
}

/**
 * Reads the lock of a checkout; undefined if there is none.
 * @throws {UserError} if it is damaged.
 */
export function readLock({ lock: path }: Layout): Lock | undefined {
  if (statsAt(path)?.isFile() === false) throw damaged(path, 'it is no file');
  if ((statsAt(path)?.size ?? 0) > MAX_BYTES) throw damaged(path, 'it is too large');
  const text = readOptionalFile(path);
  if (text === undefined) return undefined;
  return parseLock(text, path);
}

/**
 * The lock that was read before, read again if the file has another now; undefined if there is none.
 * @throws {UserError} if it is damaged.
 */
export function readLockAgain(
  { layout, fileDigests }: Pick<Checkout, 'layout' | 'fileDigests'>,
  known: Lock | undefined,
): Lock | undefined {
  const isUnchanged = known?.digest !== undefined && fileDigests.digestOf(layout.lock) === known.digest;
  return isUnchanged ? known : readLock(layout);
}

/**
 * The lock of a checkout.
 * @throws {UserError} if there is none, or it is damaged.
 */
export function requiredLock(layout: Layout): Lock {
  const lock = readLock(layout);
  if (lock !== undefined) return lock;
  throw new UserError(`${layout.lock} is missing: restore it from git, or run all`);
}

/**
 * The lock that a text holds.
 * @param source names the text in messages.
 * @throws {UserError} if it is damaged: not as it was written, to the last byte.
 */
export function parseLock(text: string, source: string): Lock {
  if (text.length > MAX_BYTES) throw damaged(source, 'it is too large');
  if (/^(<<<<<<<|=======|>>>>>>>)/m.test(text)) throw damaged(source, 'it has the marks of a conflict');
  const parsed = v.safeParse(lockSchema, parseJson(text, source));
  if (!parsed.success) throw damaged(source, describeIssues(parsed.issues));
  const { bundles, files, packages, stages, seal } = parsed.output;
  const head = text.slice(0, text.lastIndexOf(SEAL));
  if (text !== sealed(head) || seal !== digestBytes(head)) {
    throw damaged(source, 'its seal is not that of what it says, as if it was edited or merged by hand');
  }
  const kinds = Object.entries(bundles).map(([kind, bundle]): [string, LockedCode] => [
    kind,
    { bundle, files: ofKind(files, kind), packages: ofKind(packages, kind) },
  ]);
  const named = Object.entries(stages).flatMap(([kind, ofKind]) =>
    Object.entries(ofKind).map(([name, stage]): [string, LockedStage] => [name, { kind, ...stage }]),
  );
  return { kinds: new Map(kinds), stages: new Map(named), digest: digestBytes(text) };
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(source, 'it is not JSON');
  }
}

function ofKind(
  table: Readonly<Record<string, Readonly<Record<string, string>>>>,
  kind: string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(table).flatMap(([name, kinds]) => {
      const digest = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
      return digest === undefined ? [] : [[name, digest]];
    }),
  );
}

function damaged(source: string, problem: string): UserError {
  return new UserError(
    `${source} is damaged: ${problem}\n` +
      'Restore it from git (of two sides of a merge, take either), or delete it; then run all, and commit what that makes.',
  );
}

/** The outputs of a stage by the lock; none if it does not have the stage. */
export function lockedOutputs({ stages }: Lock, stage: string): Outputs {
  return stages.get(stage)?.outputs ?? {};
}

/** The outputs that each recipe gives, by the lock. */
export function lockedResults({ stages }: Lock): Map<Digest, Outputs> {
  return new Map([...stages.values()].map(({ recipe, outputs }) => [recipe, outputs]));
}

/**
 * Writes what a run has made into the lock of the checkout. Entries that the run did not touch stay, as long as the
 * graph has the stage, the code of its kind is unchanged, and the run has not seen the recipe give something else.
 * @param old The lock before the run.
 * @returns the digest of the lock.
 * @throws {UserError} if the lock was changed during the run. Then it is left as it is.
 */
export function updateLock(
  { checkout }: Session,
  graph: Graph,
  results: ReadonlyMap<Stage, Result>,
  old: Lock | undefined,
): Digest {
  const made = new Map([...results].map(([stage, result]) => [stage.name, lockedStageOf(result)]));
  const kinds = new Map(old?.kinds);
  for (const stage of results.keys()) kinds.set(stage.kind.name, lockedCodeOf(checkout, stage));
  const isUnchanged = (kind: string) => kinds.get(kind)?.bundle === old?.kinds.get(kind)?.bundle;
  const given = new Map([...made.values()].map(({ recipe, outputs }) => [recipe, JSON.stringify(outputs)]));
  const isContradicted = ({ recipe, outputs }: LockedStage) =>
    (given.get(recipe) ?? JSON.stringify(outputs)) !== JSON.stringify(outputs);
  const untouched = [...(old?.stages ?? [])].filter(
    ([name, stage]) => graph.has(name) && isUnchanged(stage.kind) && !isContradicted(stage),
  );
  const stages = new Map([...untouched, ...made]);
  const used = new Set([...stages.values()].map(({ kind }) => kind));
  const text = textOf({ kinds: new Map([...kinds].filter(([kind]) => used.has(kind))), stages });
  const path = checkout.layout.lock;
  const found = checkout.fileDigests.digestOf(path);
  if (found !== old?.digest) {
    // If it is damaged, this throws what says more.
    readLock(checkout.layout);
    throw new UserError(`${path} was changed during the run, so it is left as it is: run again`);
  }
  const digest = digestBytes(text);
  if (found !== digest) {
    checkout.fileDigests.noteWritten(path, digest, writeFileAtomically(path, text));
  }
  reached('lock:written');
  return digest;
}

function lockedStageOf({ kind, params, recipe, outputs }: Result): LockedStage {
  return { kind, params, recipe, outputs };
}

function lockedCodeOf({ codes }: Pick<Checkout, 'codes'>, stage: Stage): LockedCode {
  const { bundle, files, packages } = codes.of(stage);
  return { bundle, files, packages };
}

/** The text of a lock: a line for each stage, and for each file that code is made of. */
export function textOf({ kinds, stages }: Lock): string {
  const codes = [...kinds].sort(byKey);
  const byKind = codes.map(([kind]) => {
    const ofKind = [...stages].filter(([, stage]) => stage.kind === kind).sort(byKey);
    return `"${kind}": {\n${linesOf(ofKind.map(([name, stage]) => [name, entryOf(stage)]))}\n}`;
  });
  const sections = {
    bundles: linesOf(codes.map(([kind, { bundle }]) => [kind, letters(bundle)])),
    files: linesOf(byPart(codes.map(([kind, { files }]) => [kind, files]))),
    packages: linesOf(byPart(codes.map(([kind, { packages }]) => [kind, packages]))),
    stages: byKind.join(',\n'),
  };
  const parts = Object.entries(sections).map(([section, lines]) => `"${section}": {\n${lines}\n},\n`);
  return sealed(`{\n"format": 2,\n${parts.join('')}`);
}

function linesOf(entries: readonly (readonly [string, unknown])[]): string {
  return entries.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(',\n');
}

function entryOf({ params, recipe, outputs }: LockedStage) {
  const digests = Object.entries(outputs).map(([output, digest]) => [output, letters(digest)]);
  return { params, recipe: letters(recipe), outputs: Object.fromEntries(digests) };
}

function sealed(head: string): string {
  return `${head}${SEAL}"${digestBytes(head)}"\n}\n`;
}

/** For each part of code, what each kind holds of it. */
function byPart(kinds: readonly (readonly [string, Readonly<Record<string, string>>])[]) {
  const parts = new Map<string, Record<string, string>>();
  for (const [kind, held] of kinds) {
    for (const [part, digest] of Object.entries(held)) parts.set(part, { ...parts.get(part), [kind]: digest });
  }
  return [...parts].sort(byKey);
}

function letters(digest: Digest): string {
  return Buffer.from(digest, 'hex').toString('base64url');
}
