import type { Checkout } from './checkout.ts';
import type { Digest } from './digest.ts';
import { type Divergence, divergenceOf, divergentOutput } from './divergence.ts';
import type { Stage } from './graph.ts';
import { type Lock, lockedResults } from './lock-file.ts';
import type { Made, Outputs } from './recipe.ts';

type CheckoutParts = Pick<Checkout, 'ledger' | 'store' | 'place'>;

/** What recipes gave before, by the lock, by the ledger and by the word of others. */
export class Past {
  readonly #checkout: CheckoutParts;
  readonly #locked: ReadonlyMap<Digest, Outputs>;
  readonly #believed = new Map<Digest, Outputs>();

  constructor(checkout: CheckoutParts, lock: Lock | undefined) {
    this.#checkout = checkout;
    this.#locked = lock === undefined ? new Map() : lockedResults(lock);
  }

  /** Notes what a recipe gave, as others say who are believed. */
  believe(recipe: Digest, outputs: Outputs): void {
    this.#believed.set(recipe, outputs);
  }

  /** How a recorded result differs from what the lock says of its recipe; undefined if it does not. */
  divergenceFromLock(stage: Stage, { recipe, outputs }: Made): Divergence | undefined {
    const locked = this.#locked.get(recipe);
    return locked && divergenceOf(this.#checkout, stage, 'lock', locked, outputs);
  }

  /** Whether a recipe gives something else now than anybody saw before. */
  isContradicted(stage: Stage, recipe: Digest, now: Outputs): boolean {
    return this.#contradicted(stage, recipe, now) !== undefined;
  }

  /** How that differs; undefined if it does not. What is made now must be in the store by then, to be compared. */
  divergence(stage: Stage, recipe: Digest, now: Outputs): Divergence | undefined {
    const contradicted = this.#contradicted(stage, recipe, now);
    return contradicted && divergenceOf(this.#checkout, stage, contradicted.witness, contradicted.seen, now);
  }

  #contradicted(stage: Stage, recipe: Digest, now: Outputs) {
    const witnesses = [
      { witness: 'lock', seen: this.#locked.get(recipe) },
      { witness: 'ledger', seen: this.#checkout.ledger.lastSeen(recipe)?.outputs },
      { witness: 'remote', seen: this.#believed.get(recipe) },
    ] as const;
    for (const { witness, seen } of witnesses)
      if (seen !== undefined && divergentOutput(stage, seen, now) !== undefined) return { witness, seen };
    return undefined;
  }
}
