import type { Stale } from './assess.ts';
import type { OwnCheckout } from './checkout.ts';
import { Elsewhere } from './elsewhere.ts';
import type { Emit } from './events.ts';
import { recordFetched } from './execution.ts';
import type { Artifact, Stage } from './graph.ts';
import type { LedgerResult } from './ledger-entry.ts';
import type { Past } from './past.ts';
import type { MadeBy, Outputs } from './recipe.ts';
import type { Result, Sharing } from './run-request.ts';
import { believedOutputs } from './witnesses.ts';

/** What a run takes of what others have made: of all stages the digests, and the bytes that are wanted or read. */
export class Fetching {
  readonly #checkout: OwnCheckout;
  readonly #sharing: Sharing;
  readonly #past: Past;
  readonly #emit: Emit;
  readonly #elsewhere: Elsewhere;
  /** The stages of which only the digests of the outputs are known here. */
  readonly #known = new Map<Stage, Stale>();

  constructor(checkout: OwnCheckout, sharing: Sharing, past: Past, emit: Emit) {
    this.#checkout = checkout;
    this.#sharing = sharing;
    this.#past = past;
    this.#emit = emit;
    this.#elsewhere = new Elsewhere(checkout, sharing.store);
  }

  /** What others have made by the recipe of a stage; undefined if nobody says. */
  async lookFor(stage: Stage, stale: Stale): Promise<Result | undefined> {
    const { digest: recipe, kind, params } = stale.recipe;
    const outputs = await believedOutputs(this.#checkout, this.#sharing.store, stage, stale);
    if (outputs === undefined) return undefined;
    this.#past.believe(recipe, outputs);
    return { kind, params, recipe, outputs };
  }

  /** Whether nothing runs: what can't be fetched is skipped. */
  get fetchOnly(): boolean {
    return this.#sharing.fetchOnly;
  }

  /** The name of the shared store. */
  get from(): string {
    return this.#sharing.store.name;
  }

  /** Whether the bytes of a stage are to be here at the end. */
  wants(stage: Stage): boolean {
    return this.#sharing.wanted.has(stage);
  }

  /** Leaves a stage known: brings no bytes, and removes artifacts of it that hold something else. */
  leave(stage: Stage, stale: Stale, outputs: Outputs): void {
    this.#known.set(stage, stale);
    this.#checkout.place.clear(stage, outputs);
    this.#emit({ event: 'stage-known', stage: stage.name });
  }

  /** Brings the outputs of a stage, and records them; undefined if they are not to be had. */
  async fetch(stage: Stage, { recipe, reasons }: Stale, outputs: Outputs): Promise<LedgerResult | undefined> {
    if (!(await this.#elsewhere.bringOutputs(stage, outputs))) return undefined;
    const result = recordFetched(this.#checkout, stage, recipe, outputs, this.from);
    await this.#checkout.groupCommit.commit();
    this.#checkout.place.put(stage, outputs);
    this.#emit({ event: 'stage-fetched', stage: stage.name, reasons });
    return result;
  }

  /** Brings all that a stage reads. @returns the artifacts that are not to be had. */
  bringInputs(stage: Stage, madeBy: MadeBy): Promise<Artifact[]> {
    return this.#elsewhere.bringInputs(stage, madeBy);
  }

  /** Has a stage that was left known run after all, since an output is not to be had; undefined if it was not left. */
  takeKnown(stage: Stage, output: string): Stale | undefined {
    const stale = this.#known.get(stage);
    this.#known.delete(stage);
    return stale && { ...stale, reasons: [{ reason: 'object-missing', output }] };
  }
}
