import type { Digest } from '../digest.ts';
import type { Batch } from './batch.ts';

/** Where the result of a job will be. */
export interface Handed {
  readonly batch: Batch;
  readonly element: number;
}

/** The jobs that were handed to Slurm and are not settled, by this front end or an earlier one, by their recipes. */
export class HandedJobs {
  readonly #handed = new Map<Digest, Handed>();

  add(batch: Batch): void {
    for (const [recipe, element] of batch.open) this.#handed.set(recipe, { batch, element });
  }

  /**
   * Adds what an earlier front end has left of a batch.
   * @param recordedAt When a result of a recipe was last recorded, in ms; NaN: never. What was recorded since the
   * intent of the batch is settled.
   */
  adopt(batch: Batch, recordedAt: (recipe: Digest) => number): void {
    for (const recipe of [...batch.open.keys()]) if (recordedAt(recipe) >= batch.created) batch.settle(recipe);
    this.add(batch);
  }

  get(recipe: Digest): Handed | undefined {
    return this.#handed.get(recipe);
  }

  /** Is done with the job of a recipe: its result is recorded, or nobody waits for it any more. */
  settle(recipe: Digest): void {
    const handed = this.#handed.get(recipe);
    this.#handed.delete(recipe);
    try {
      handed?.batch.settle(recipe);
    } catch {
      // The next front end finds it again. What is recorded it knows to be settled.
    }
  }

  /** The elements of each batch that some recipes are awaited from. */
  elementsOf(recipes: Iterable<Digest>): Map<Batch, Set<number>> {
    const elements = new Map<Batch, Set<number>>();
    for (const recipe of recipes) {
      const handed = this.#handed.get(recipe);
      if (handed === undefined) continue;
      const ofBatch = elements.get(handed.batch) ?? new Set();
      elements.set(handed.batch, ofBatch.add(handed.element));
    }
    return elements;
  }
}
