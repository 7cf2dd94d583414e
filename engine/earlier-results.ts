import type { Checkout } from './checkout.ts';
import type { Codes } from './code.ts';
import type { Digest } from './digest.ts';
import { artifactsOf, type Graph, type Stage } from './graph.ts';
import type { Past } from './past.ts';
import type { Result } from './run-request.ts';

/** What a run found of a stage. `from`: the results of the stages that it is built from, in their order. */
interface Found {
  readonly code: Digest;
  readonly from: readonly Result[];
  readonly result: Result;
}

type CheckoutParts = Pick<Checkout, 'codes' | 'ledger' | 'store'>;

/**
 * The results that earlier runs of this process found. By them the next run knows what to start before it has looked at
 * all that this is built from.
 */
export class EarlierResults {
  readonly #found = new WeakMap<Stage, Found>();

  /** Notes what each stage gives whose outputs are here. */
  note(codes: Codes, results: ReadonlyMap<Stage, Result>): void {
    for (const [stage, result] of results) {
      const from = [...stage.upstream].flatMap((source) => results.get(source) ?? []);
      if (from.length === stage.upstream.size) this.#found.set(stage, { code: codes.of(stage).digest, from, result });
    }
  }

  /**
   * The stages whose recipes have changed, but not those of anything that they are built from, and whose inputs are
   * whole in the store: with each, the results that it is built from.
   * @param forced The stages that run again, whatever they gave.
   */
  startable(
    checkout: CheckoutParts,
    past: Past,
    graph: Graph,
    forced: ReadonlySet<Stage>,
  ): Map<Stage, ReadonlyMap<Stage, Result>> {
    const unchanged = this.#unchanged(checkout.codes, graph, forced);
    const startable = new Map<Stage, ReadonlyMap<Stage, Result>>();
    for (const stage of graph.values()) {
      if (unchanged.has(stage) || stage.modules !== undefined) continue;
      const results = new Map<Stage, Result>();
      for (const source of stage.upstream) {
        const result = unchanged.get(source);
        if (result === undefined || !counts(checkout, past, source, result)) break;
        results.set(source, result);
      }
      if (results.size === stage.upstream.size && areWhole(checkout, stage, results)) startable.set(stage, results);
    }
    return startable;
  }

  /** The results of the stages whose recipes are those that they had, and that are not forced. */
  #unchanged(codes: Codes, graph: Graph, forced: ReadonlySet<Stage>): Map<Stage, Result> {
    const unchanged = new Map<Stage, Result>();
    for (const stage of graph.values()) {
      const found = this.#found.get(stage);
      // A stage of provenance is made of more than its inputs.
      if (found?.code !== codes.of(stage).digest || stage.modules !== undefined || forced.has(stage)) continue;
      const sources = [...stage.upstream];
      if (sources.every((source, at) => unchanged.get(source) === found.from[at])) unchanged.set(stage, found.result);
    }
    return unchanged;
  }
}

/** Whether a result still counts, for the ledger and for the lock. */
function counts({ ledger }: CheckoutParts, past: Past, stage: Stage, result: Result): boolean {
  return ledger.resultOf(result.recipe) === result && past.divergenceFromLock(stage, result) === undefined;
}

/** Whether all that is wired to a stage is whole in the store. */
function areWhole({ store }: CheckoutParts, { wires }: Stage, results: ReadonlyMap<Stage, Result>): boolean {
  return wires.flatMap(artifactsOf).every(({ stage, output }) => {
    const digest = results.get(stage)?.outputs[output];
    return digest !== undefined && store.stateOf(digest) === 'whole';
  });
}
