import { setImmediate } from 'node:timers/promises';
import PQueue from 'p-queue';
import type { Checkout } from './checkout.ts';
import { Expectations } from './expectations.ts';
import type { Graph, Stage } from './graph.ts';

/**
 * Gives stages that are ready their turns to run. First comes the longest way to the end of all that is built from it.
 */
export class Turns {
  readonly #checkout: Pick<Checkout, 'ledger' | 'place'>;
  readonly #graph: Graph;
  readonly #queue: PQueue;
  readonly #unsettled: Set<Stage>;
  /** Made when it is asked for, since most runs start no stage. */
  #expected: Expectations | undefined;

  /** @param room How many stages have their turn at once. */
  constructor(checkout: Pick<Checkout, 'ledger' | 'place'>, graph: Graph, room: number) {
    this.#checkout = checkout;
    this.#graph = graph;
    this.#queue = new PQueue({ concurrency: room });
    this.#unsettled = new Set(graph.values());
  }

  /**
   * Does a task when the turn of its stage comes. What is ready in the same turn of the event loop is compared first.
   */
  take<Result>(stage: Stage, task: () => Promise<Result>): Promise<Result> {
    this.#queue.pause();
    void setImmediate().then(() => this.#queue.start());
    return this.#queue.add(task, { priority: this.expectations.rankOf(stage) });
  }

  /** How long what is not settled yet is expected to take. */
  get expectations(): Expectations {
    this.#expected ??= new Expectations(this.#checkout, this.#graph, this.#unsettled);
    return this.#expected;
  }

  noteSettled(stage: Stage): void {
    this.#unsettled.delete(stage);
    this.#expected?.noteSettled(stage);
  }
}
