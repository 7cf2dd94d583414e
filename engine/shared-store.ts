import pLimit from 'p-limit';
import { type Digest, digestBytes } from './digest.ts';
import { describeError } from './errors.ts';
import type { Emit } from './events.ts';
import type { Stage } from './graph.ts';
import { type Lock, lockedResults } from './lock-file.ts';
import { type Remote, Unreachable } from './remote.ts';
import { REQUESTS_AT_ONCE } from './requests.ts';
import { openResult, type TrustedKeys } from './shared-result.ts';

/** The outputs of a stage, by name. */
export type Outputs = Readonly<Record<string, Digest>>;

/** Whom to believe. */
export interface Witnesses {
  /** Says what its recipes give: no remote can tell otherwise. */
  readonly lock: Lock | undefined;
  /** Those who sign for the results of other recipes. */
  readonly trusted: TrustedKeys;
}

/** A remote as a run reads it: every result has a witness, every byte is checked. Whatever is wrong counts as not there, and is told. */
export class SharedStore {
  readonly #remote: Remote;
  readonly #locked: ReadonlyMap<Digest, Outputs>;
  readonly #trusted: TrustedKeys;
  readonly #emit: Emit;
  readonly #signal: AbortSignal;
  readonly #limit = pLimit(REQUESTS_AT_ONCE);
  #results: Promise<ReadonlySet<Digest> | undefined> | undefined;
  #isReachable = true;

  /** @param signal after it, nothing more is told: whatever was on its way has been ended. */
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

  /** What the recipe of a stage gave, by the lock, or signed by a key that is trusted; undefined if no witness says anything. */
  async outputsOf(stage: Stage, recipe: Digest): Promise<Outputs | undefined> {
    const outputs = this.#locked.get(recipe) ?? (await this.#signedOutputs(stage, recipe));
    if (outputs === undefined) return undefined;
    const names = Object.keys(outputs);
    if (names.length === stage.files.size && names.every((name) => stage.files.has(name))) return outputs;
    return this.tell(`the result of ${stage.name} is refused: it has other outputs than the stage`);
  }

  async #signedOutputs(stage: Stage, recipe: Digest): Promise<Outputs | undefined> {
    if (this.#trusted.size === 0) return undefined;
    this.#results ??= this.#ask('the list of results', () => this.#remote.list('ac'));
    if ((await this.#results)?.has(recipe) === false) return undefined;
    const what = `the result of ${stage.name}`;
    const bytes = await this.#ask(what, () => this.#remote.get(`ac/${recipe}`));
    if (bytes === undefined) return undefined;
    const result = openResult(bytes, recipe, this.#trusted);
    return 'refused' in result ? this.tell(`${what} is refused: ${result.refused}`) : result.outputs;
  }

  /** The bytes of an object, which are what the digest says; undefined if they are not to be had. */
  async contentsOf(artifact: string, digest: Digest): Promise<Uint8Array | undefined> {
    const bytes = await this.#ask(artifact, () => this.#remote.get(`cas/${digest}`));
    if (bytes === undefined) {
      if (this.#isReachable) this.tell(`${artifact} is not there`);
      return undefined;
    }
    return digestBytes(bytes) === digest ? bytes : this.tell(`${artifact} is damaged there`);
  }

  #ask<Answer>(what: string, question: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
    return this.#limit(async () => {
      if (!this.#isReachable) return undefined;
      try {
        return await question();
      } catch (error) {
        if (!(error instanceof Unreachable)) return this.tell(`${what} can't be read: ${describeError(error)}`);
        if (this.#isReachable) this.tell(`${describeError(error)}; it is asked nothing more`);
        this.#isReachable = false;
        return undefined;
      }
    });
  }

  /** Tells people what is wrong with the remote. */
  tell(problem: string): undefined {
    if (!this.#signal.aborted) this.#emit({ event: 'remote-problem', remote: this.name, problem });
  }
}
