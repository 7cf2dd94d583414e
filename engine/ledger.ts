import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { type Digest, digestBytes, digestSchema, type JsonObject, parsedObjectSchema } from './digest.ts';
import { reached } from './fault-points.ts';
import { type FileIdentity, fileIdentity } from './file-digests.ts';
import { statsAt, writeLinesAtomically } from './files.ts';
import type { Recipe } from './recipe.ts';
import { syncDescriptor, syncToDisk } from './sync.ts';

const NEWLINE = 0x0a;

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
  /** Of what was fetched, nobody here knows how long it took. */
  seconds: v.exactOptional(v.pipe(v.number(), v.finite(), v.minValue(0))),
  finished: v.pipe(v.string(), v.isoTimestamp()),
  machine: v.string(),
});

/** From here on these results do not count, and these stages are to be run anew. What the recipes gave is not forgotten. */
const invalidationEntry = v.object({
  entry: v.literal('invalidation'),
  recipes: v.array(digestSchema),
  stages: v.array(v.string()),
});

const entrySchema = v.variant('entry', [codeEntry, resultEntry, invalidationEntry]);

type Entry = v.InferOutput<typeof entrySchema>;
export type LedgerCode = v.InferOutput<typeof codeEntry>;
export type LedgerResult = v.InferOutput<typeof resultEntry>;

/** The objects that a result needs. */
export function objectsOf({ outputs, log }: Pick<LedgerResult, 'outputs' | 'log'>): Digest[] {
  return [...Object.values(outputs), ...(log === undefined ? [] : [log])];
}

/** How much of the file is held as bytes at once. No text can hold all of a long one. */
const PIECE_BYTES = 16 * 1024 * 1024;

/** No file is this: what is known here is not what the file holds. */
const OTHER: FileIdentity = 'other';

/** A longer line is damaged, whatever it says. */
const MAX_LINE_BYTES = 4 * PIECE_BYTES;

/** How many letters of a line's digest stand before the line: enough to find damage. */
const CHECK_LENGTH = 16;

/**
 * What was made by which recipe: a file that is only ever appended to, one checked line of JSON an entry, so that a kill at
 * any moment loses at most the line that was being written.
 */
export class Ledger {
  readonly path: string;
  /** The lines of what is recorded, but is not in the file yet. */
  #unwritten: string[] = [];
  readonly #codes = new Map<string, LedgerCode>();
  readonly #byRecipe = new Map<string, LedgerResult>();
  /** Of the results above, those that do not count. */
  readonly #invalid = new Set<string>();
  /** The stages that gave or used the result of a recipe. */
  readonly #stagesOf = new Map<string, Set<string>>();
  readonly #last = new Map<string, LedgerResult>();
  readonly #invalidated = new Set<string>();
  /** The work behind the results, as far as nothing was recorded since it was asked for. */
  #works: ReadonlySet<string> | undefined;
  /** The file as it was when it held what is known here. */
  #seen: FileIdentity | undefined;
  /** Numbers of the lines that were damaged, and are left out. */
  readonly damagedLines: number[] = [];

  constructor(path: string) {
    this.path = path;
    this.#seen = fileIdentity(path);
    let number = 0;
    for (const line of linesOf(path)) {
      number += 1;
      const entry = parseLine(line);
      if (entry === undefined) this.damagedLines.push(number);
      else this.#apply(entry);
    }
  }

  /** Whether the file holds what is known here: nobody else has written to it, and nothing is yet to be written. */
  isAsRead(): boolean {
    return !this.hasUnwritten && this.#seen === fileIdentity(this.path);
  }

  /** The result that the recipe gave; undefined if there is none that counts. */
  resultOf(recipe: string): LedgerResult | undefined {
    return this.#invalid.has(recipe) ? undefined : this.#byRecipe.get(recipe);
  }

  /** What the recipe gave when it was last run, whether or not that counts. */
  lastSeen(recipe: string): LedgerResult | undefined {
    return this.#byRecipe.get(recipe);
  }

  /** The last result of a stage in a place, else in any; invalidated ones included. */
  lastResult(stage: string, place: string): LedgerResult | undefined {
    return this.#last.get(`${place}:${stage}`) ?? this.#last.get(stage);
  }

  /** The results that count, one a recipe. */
  results(): LedgerResult[] {
    return [...this.#byRecipe.values()].filter(({ recipe }) => !this.#invalid.has(recipe));
  }

  /** All results, those that do not count included. */
  allResults(): LedgerResult[] {
    return [...this.#byRecipe.values()];
  }

  /** Whether some code with some params has given a result that counts, with whatever inputs. */
  wasMadeBy(kind: string, params: JsonObject, code: Digest): boolean {
    this.#works ??= new Set(this.results().map((result) => workOf(result.kind, result.params, result.code)));
    return this.#works.has(workOf(kind, params, code));
  }

  codeOf(result: LedgerResult): LedgerCode | undefined {
    return this.#codes.get(result.code);
  }

  /** Whether the stage was invalidated since its last result. */
  isInvalidated(stage: string): boolean {
    return this.#invalidated.has(stage);
  }

  /** Records what was made by a recipe, as the last result of its stage. It counts at once; `append` brings it to the disk. */
  record(
    recipe: Recipe,
    made: Omit<LedgerResult, 'entry' | 'recipe' | 'kind' | 'params' | 'inputs' | 'code'>,
  ): LedgerResult {
    const { digest, kind, params, inputs, code } = recipe;
    const result: LedgerResult = { entry: 'result', recipe: digest, kind, params, inputs, code: code.digest, ...made };
    this.#add(...(this.#codes.has(code.digest) ? [] : [{ entry: 'code' as const, ...code }]), result);
    return result;
  }

  /** Records that a result is in use again, so that it is the last of its stage in the place. */
  recordAgain(result: LedgerResult, stage: string, place: string): LedgerResult {
    const again = { ...result, stage, place };
    this.#add(again);
    return again;
  }

  /** From here on no earlier result of the stages counts. */
  invalidate(stages: readonly string[]): void {
    const chosen = new Set(stages);
    const recipes = [...this.#stagesOf].filter(([, users]) => [...users].some((stage) => chosen.has(stage)));
    const users = new Set([...stages, ...recipes.flatMap(([, names]) => [...names])]);
    this.#add({ entry: 'invalidation', recipes: recipes.map(([recipe]) => recipe), stages: [...users] });
  }

  /** Leaves results out of the file for good, and with them what only they needed. */
  async forget(results: ReadonlySet<LedgerResult>): Promise<void> {
    const kept = this.allResults().filter((result) => !results.has(result));
    const codes = new Set(kept.map(({ code }) => code));
    const recipes = kept.map(({ recipe }) => recipe).filter((recipe) => this.#invalid.has(recipe));
    const entries: Entry[] = [
      ...[...this.#codes.values()].filter(({ digest }) => codes.has(digest)),
      ...kept,
      ...(recipes.length === 0 ? [] : [{ entry: 'invalidation' as const, recipes, stages: [...this.#invalidated] }]),
    ];
    await this.#replace(entries.map(lineOf));
  }

  /** Leaves the damaged lines out of the file for good. */
  async dropDamagedLines(): Promise<void> {
    await this.#replace([...linesOf(this.path)].filter((line) => parseLine(line) !== undefined));
    this.damagedLines.length = 0;
  }

  /** Replaces the file. What comes later may rely on it: that lines are appended to it, or that nothing needs an object. */
  async #replace(lines: readonly string[]): Promise<void> {
    this.#seen = OTHER;
    writeLinesAtomically(this.path, lines);
    await syncToDisk(dirname(this.path));
  }

  /** Whether something is recorded that is not in the file yet. */
  get hasUnwritten(): boolean {
    return this.#unwritten.length > 0;
  }

  /** The lines of what is recorded, but is not in the file yet. Whoever takes them appends them. */
  takeUnwritten(): string[] {
    if (this.hasUnwritten) this.#seen = OTHER;
    return this.#unwritten.splice(0);
  }

  /** Appends lines to the file, and waits until they are on the disk. If it fails, the file is as before. */
  async append(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    const isNew = statsAt(this.path) === undefined;
    mkdirSync(dirname(this.path), { recursive: true });
    const descriptor = openSync(this.path, 'a+');
    const { size } = fstatSync(descriptor);
    try {
      // A kill may have left a line that is whole but for its end.
      const text = `${endsInLine(descriptor, size) ? '' : '\n'}${lines.map((line) => `${line}\n`).join('')}`;
      reached('ledger:half-appended', () => writeFileSync(descriptor, text.slice(0, text.length / 2)));
      // On a full disk writeSync would write a part of it, without an error.
      writeFileSync(descriptor, text);
      reached('ledger:appended');
      await syncDescriptor(descriptor);
      if (isNew) await syncToDisk(dirname(this.path));
      reached('ledger:synced');
      this.#seen = fileIdentity(this.path);
    } catch (error) {
      ftruncateSync(descriptor, size);
      throw error;
    } finally {
      closeSync(descriptor);
    }
  }

  #add(...entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#unwritten.push(lineOf(entry));
      this.#apply(entry);
    }
  }

  #apply(entry: Entry): void {
    this.#works = undefined;
    if (entry.entry === 'code') {
      this.#codes.set(entry.digest, entry);
    } else if (entry.entry === 'invalidation') {
      for (const recipe of entry.recipes) this.#invalid.add(recipe);
      for (const stage of entry.stages) this.#invalidated.add(stage);
    } else {
      // Deleted first, so that the results stay in the order in which they were recorded.
      this.#byRecipe.delete(entry.recipe);
      this.#byRecipe.set(entry.recipe, entry);
      this.#invalid.delete(entry.recipe);
      const stages = this.#stagesOf.get(entry.recipe) ?? new Set();
      this.#stagesOf.set(entry.recipe, stages.add(entry.stage));
      this.#last.set(entry.stage, entry);
      this.#last.set(`${entry.place}:${entry.stage}`, entry);
      this.#invalidated.delete(entry.stage);
    }
  }
}

function workOf(kind: string, params: JsonObject, code: Digest): string {
  return JSON.stringify([kind, code, params]);
}

/** The lines of a file; none if there is no such file. */
function* linesOf(path: string): Generator<string> {
  const stats = statsAt(path);
  if (!stats?.isFile()) return;
  const descriptor = openSync(path, 'r');
  try {
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, stats.size + 1));
    let rest = Buffer.alloc(0);
    for (let size = readSync(descriptor, piece); size > 0; size = readSync(descriptor, piece)) {
      const bytes = Buffer.concat([rest, piece.subarray(0, size)]);
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
        yield bytes.toString('utf8', start, end);
        start = end + 1;
      }
      // Of a line that is too long, what is left is damaged as well.
      rest = bytes.length - start > MAX_LINE_BYTES ? Buffer.from('too long') : bytes.subarray(start);
    }
    // What follows the last newline is a line only if a kill or damage left one unfinished.
    if (rest.length > 0) yield rest.toString();
  } finally {
    closeSync(descriptor);
  }
}

/** Whether a file of some size is empty or ends with a newline. */
function endsInLine(descriptor: number, size: number): boolean {
  const last = Buffer.from([NEWLINE]);
  if (size > 0) readSync(descriptor, last, 0, 1, size - 1);
  return last[0] === NEWLINE;
}

function lineOf(entry: Entry): string {
  const text = JSON.stringify(entry);
  return `${checkOf(text)} ${text}`;
}

function checkOf(text: string): string {
  return digestBytes(text).slice(0, CHECK_LENGTH);
}

function parseLine(line: string): Entry | undefined {
  const text = line.slice(CHECK_LENGTH + 1);
  if (line !== `${checkOf(text)} ${text}`) return undefined;
  try {
    const parsed = v.safeParse(entrySchema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
