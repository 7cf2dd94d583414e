import pLimit from 'p-limit';
import { type Digest, digestBytes } from './digest.ts';
import { describeError } from './errors.ts';
import type { Emit } from './events.ts';
import type { Stage } from './graph.ts';
import { type Lock, lockedResults } from './lock-file.ts';
import { hasOutputsOf, type Outputs } from './recipe.ts';
import { type Key, MAX_BYTES, type Remote, SMALL_BYTES, TooLarge, Unreachable } from './remote.ts';
import { REQUESTS_AT_ONCE } from './requests.ts';
import { openResult, type TrustedKeys } from './shared-result.ts';

/** What is longer is no result. */
const MAX_RESULT_BYTES = 1024 * 1024;

/** Stands for an answer where there is none, and people were told why. */
const TOLD = Symbol('told');

/** Whom to believe. */
export interface Witnesses {
  /** Says what its recipes give: no remote can tell otherwise. */
  readonly lock: Lock | undefined;
  /** Those who sign for the results of other recipes. */
  readonly trusted: TrustedKeys;
}

/**
 * A remote as a run reads it: every result has a witness, and every byte is checked. What is wrong counts as not there,
 * and people are told.
 */
export class SharedStore {
  readonly #remote: Remote;
  readonly #locked: ReadonlyMap<Digest, Outputs>;
  readonly #trusted: TrustedKeys;
  readonly #emit: Emit;
  readonly #signal: AbortSignal;
  readonly #limit = pLimit(REQUESTS_AT_ONCE);
  readonly #large = pLimit(1);
  #results: Promise<ReadonlySet<Digest> | typeof TOLD | undefined> | undefined;
  #isReachable = true;

  /** @param signal Ends all requests, which is then no news: nothing more is told. */
  constructor(remote: Remote, { lock, trusted }: Witnesses, emit: Emit, signal: AbortSignal) {
    this.#remote = remote;
    this.#locked = lock === undefined ? new Map() : lockedResults(lock);
    this.#trusted = trusted;
    this.#emit = emit;
    this.#signal = signal;
  }

  get name(): string {
    return this.#remote.name;
  }

  /**
   * The outputs that the recipe of a stage gave, by a witness: the lock, or a trusted key; undefined if none has any.
   */
  async outputsOf(stage: Stage, recipe: Digest): Promise<Outputs | undefined> {
    const locked = this.#locked.get(recipe);
    if (locked !== undefined) return hasOutputsOf(stage, locked) ? locked : undefined;
    const signed = await this.#signedOutputs(stage, recipe);
    if (signed === undefined || hasOutputsOf(stage, signed)) return signed;
    return this.tell(`the result of ${stage.name} is refused: it has other outputs than the stage`);
  }

  async #signedOutputs(stage: Stage, recipe: Digest): Promise<Outputs | undefined> {
    if (this.#trusted.size === 0) return undefined;
    this.#results ??= this.#ask('the list of results', () => this.#remote.list('ac'));
    const listed = await this.#results;
    if (listed === TOLD || listed?.has(recipe) === false) return undefined;
    const what = `the result of ${stage.name}`;
    const bytes = await this.#ask(what, () => this.#remote.get(`ac/${recipe}`, MAX_RESULT_BYTES));
    if (bytes === undefined || bytes === TOLD) return undefined;
    const result = openResult(bytes, recipe, this.#trusted);
    return 'refused' in result ? this.tell(`${what} is refused: ${result.refused}`) : result.outputs;
  }

  /**
   * The bytes of an object; undefined if they are not to be had.
   * @param artifact Names the object in messages.
   */
  async contentsOf(artifact: string, digest: Digest): Promise<Uint8Array | undefined> {
    const bytes = await this.#ask(artifact, () => this.#get(`cas/${digest}`));
    if (bytes === TOLD) return undefined;
    if (bytes === undefined) return this.tell(`${artifact} is not there`);
    return digestBytes(bytes) === digest ? bytes : this.tell(`${artifact} is damaged there`);
  }

  /** Large objects come one at a time, since each is in memory as a whole. */
  async #get(key: Key): Promise<Uint8Array | undefined> {
    try {
      return await this.#remote.get(key, SMALL_BYTES);
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      return this.#large(() => this.#remote.get(key, MAX_BYTES));
    }
  }

  #ask<Answer>(what: string, question: () => Promise<Answer>): Promise<Answer | typeof TOLD> {
    return this.#limit(async () => {
      if (!this.#isReachable) return TOLD;
      try {
        return await question();
      } catch (error) {
        if (!(error instanceof Unreachable)) this.tell(`${what} can't be read: ${describeError(error)}`);
        else if (this.#isReachable) this.tell(`${describeError(error)}; it is asked nothing more`);
        this.#isReachable &&= !(error instanceof Unreachable);
        return TOLD;
      }
    });
  }

  /** Tells people what is wrong with the remote. */
  tell(problem: string): undefined {
    if (!this.#signal.aborted) this.#emit({ event: 'remote-problem', remote: this.name, problem });
  }
}
