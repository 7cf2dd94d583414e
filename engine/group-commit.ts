import { setImmediate } from 'node:timers/promises';
import { reached } from './fault-points.ts';
import type { Ledger } from './ledger.ts';
import type { ObjectStore } from './store.ts';

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Brings what was added to a store and recorded in its ledger to the disk, so that it outlasts a power cut. What comes
 * while the disk is at work on one group makes the next: a group takes the disk hardly longer than a single result.
 */
export class GroupCommit {
  readonly #store: ObjectStore;
  readonly #ledger: Ledger;
  #waiting: Waiting[] = [];
  #atWork = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(store: ObjectStore, ledger: Ledger) {
    this.#store = store;
    this.#ledger = ledger;
  }

  /**
   * Waits until all that was added and recorded before is on the disk: first the objects, then the lines that name
   * them.
   * @throws what the disk refuses it with. Then nothing counts that was not committed before, and every later commit
   * fails.
   */
  commit(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    if (!this.#store.hasIncoming && !this.#ledger.hasUnwritten && !this.#atWork) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (!this.#atWork) void this.#work();
    });
  }

  /** Whether the disk has refused something. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  async #work(): Promise<void> {
    this.#atWork = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0);
      try {
        await this.#commitNow();
        for (const { resolve } of group) resolve();
        // What follows changes the same folders, and would wait for the disk once it is at work again.
        await setImmediate();
      } catch (error) {
        this.#failure = { error };
        // Those who came meanwhile may need an object that is lost now.
        for (const { reject } of [...group, ...this.#waiting.splice(0)]) reject(error);
      }
    }
    this.#atWork = false;
  }

  async #commitNow(): Promise<void> {
    const lines = this.#ledger.takeUnwritten();
    await this.#store.keepIncoming();
    reached('group:objects-kept');
    await this.#ledger.append(lines);
  }
}
