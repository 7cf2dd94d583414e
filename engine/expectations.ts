import type { Checkout } from './checkout.ts';
import type { Graph, Stage } from './graph.ts';
import { expectedSeconds, ranksOf } from './ranks.ts';

/** How long the stages of a run are expected to take, and what is left of that. */
export class Expectations {
  readonly #seconds: ReadonlyMap<Stage, number>;
  readonly #ranks: ReadonlyMap<Stage, number>;
  #left: number;

  /**
   * Takes what is recorded at this time: later a record says how long a stage took, not how long it was expected to.
   */
  constructor({ ledger, place }: Pick<Checkout, 'ledger' | 'place'>, graph: Graph, unsettled: Iterable<Stage>) {
    this.#seconds = expectedSeconds(graph, ledger, place.folder);
    this.#ranks = ranksOf(graph, this.#seconds);
    this.#left = [...unsettled].reduce((sum, stage) => sum + this.secondsOf(stage), 0);
  }

  /** The expected seconds from the start of a stage to the end of all that is built from it. */
  rankOf(stage: Stage): number {
    return this.#ranks.get(stage) ?? 0;
  }

  /** The seconds that one worker would need for all that is left. */
  get left(): number {
    return Math.max(0, this.#left);
  }

  noteSettled(stage: Stage): void {
    this.#left -= this.secondsOf(stage);
  }

  /** How long a stage is expected to take. */
  secondsOf(stage: Stage): number {
    return this.#seconds.get(stage) ?? 0;
  }
}
