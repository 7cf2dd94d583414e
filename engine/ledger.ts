import type { Digest, JsonObject } from './digest.ts';
import { type LedgerCode, type LedgerEntry, type LedgerResult, lineOf, parseLine } from './ledger-entry.ts';
import { LedgerFile } from './ledger-file.ts';
import type { Recipe } from './recipe.ts';

/**
 * What was made by which recipe. It is kept as a file that is only ever appended to, a line an entry, so that a kill at
 * any moment loses at most the line that was being written.
 */
export class Ledger {
  readonly #file: LedgerFile;
  /** The lines of what is recorded, but is not in the file yet. */
  #unwritten: string[] = [];
  /** Whether the file holds what is known here, but for what is unwritten. */
  #isInFile = true;
  /** Numbers of the lines that were damaged, and are left out. */
  readonly damagedLines: number[] = [];
  readonly #codes = new Map<string, LedgerCode>();
  readonly #byRecipe = new Map<string, LedgerResult>();
  /** Of the results above, those that do not count. */
  readonly #invalid = new Set<string>();
  /** The stages that gave or used the result of a recipe. */
  readonly #stagesOf = new Map<string, Set<string>>();
  /** The last result of a stage, by its name. */
  readonly #last = new Map<string, LedgerResult>();
  /** The same of each place. */
  readonly #lastIn = new Map<string, Map<string, LedgerResult>>();
  /** The stages that were invalidated since their last result. */
  readonly #invalidated = new Set<string>();
  /** What was done for the results that count (`workOf`). Made when it is asked for, and dropped by the next entry. */
  #works: ReadonlySet<string> | undefined;

  constructor(path: string) {
    this.#file = new LedgerFile(path);
    let number = 0;
    for (const line of this.#file.lines()) {
      number += 1;
      const entry = parseLine(line);
      if (entry === undefined) this.damagedLines.push(number);
      else this.#apply(entry);
    }
  }

  get path(): string {
    return this.#file.path;
  }

  /** Whether the file holds what is known here: nothing is yet to be written, and nobody else has written to it. */
  isAsRead(): boolean {
    return this.#isInFile && !this.hasUnwritten && this.#file.isAsSeen();
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
    return this.#lastIn.get(place)?.get(stage) ?? this.#last.get(stage);
  }

  /** The results that count, one a recipe. */
  results(): LedgerResult[] {
    return [...this.#byRecipe.values()].filter(({ recipe }) => !this.#invalid.has(recipe));
  }

  /** All results, those that do not count included. */
  allResults(): LedgerResult[] {
    return [...this.#byRecipe.values()];
  }

  /** Whether the code of a kind has given a result that counts with some params, whatever the inputs were. */
  wasMadeBy(kind: string, params: JsonObject, code: Digest): boolean {
    this.#works ??= new Set(this.results().map((result) => workOf(result.kind, result.params, result.code)));
    return this.#works.has(workOf(kind, params, code));
  }

  /** The code that has given a result; undefined if its line was damaged. */
  codeOf(result: LedgerResult): LedgerCode | undefined {
    return this.#codes.get(result.code);
  }

  /** Whether the stage was invalidated since its last result. */
  isInvalidated(stage: string): boolean {
    return this.#invalidated.has(stage);
  }

  /**
   * Records what was made by a recipe, as the last result of its stage. It counts at once; `append` brings it to the
   * disk.
   */
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
    const entries: LedgerEntry[] = [
      ...[...this.#codes.values()].filter(({ digest }) => codes.has(digest)),
      ...kept,
      ...(recipes.length === 0 ? [] : [{ entry: 'invalidation' as const, recipes, stages: [...this.#invalidated] }]),
    ];
    await this.#replace(entries.map(lineOf));
  }

  /** Leaves the damaged lines out of the file for good. */
  async dropDamagedLines(): Promise<void> {
    await this.#replace([...this.#file.lines()].filter((line) => parseLine(line) !== undefined));
    this.damagedLines.length = 0;
  }

  async #replace(lines: readonly string[]): Promise<void> {
    this.#isInFile = false;
    await this.#file.replace(lines);
  }

  /** Whether something is recorded that is not in the file yet. */
  get hasUnwritten(): boolean {
    return this.#unwritten.length > 0;
  }

  /** The lines of what is recorded, but is not in the file yet. Whoever takes them appends them. */
  takeUnwritten(): string[] {
    if (this.hasUnwritten) this.#isInFile = false;
    return this.#unwritten.splice(0);
  }

  /** Appends the lines that were taken, and waits until they are on the disk. If it fails, the file is as before. */
  async append(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    await this.#file.append(lines);
    this.#isInFile = true;
  }

  #add(...entries: readonly LedgerEntry[]): void {
    for (const entry of entries) {
      this.#unwritten.push(lineOf(entry));
      this.#apply(entry);
    }
  }

  #apply(entry: LedgerEntry): void {
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
      const lastIn = this.#lastIn.get(entry.place) ?? new Map<string, LedgerResult>();
      this.#lastIn.set(entry.place, lastIn.set(entry.stage, entry));
      this.#invalidated.delete(entry.stage);
    }
  }
}

/** What a stage does, whatever it is given to do it with. */
function workOf(kind: string, params: JsonObject, code: Digest): string {
  return JSON.stringify([kind, code, params]);
}
