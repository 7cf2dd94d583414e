import { CONFIDENCE, shareRuledOut, shuffled } from './draws.ts';
import type { Embedded } from './embedded.ts';
import type { Pool } from './pool.ts';
import { Recomputation } from './recompute.ts';
import { sliceOf } from './slice.ts';

/** What the reader's browser has found so far, in words. */
export interface Found {
  readonly verdict: 'good' | 'part' | 'bad';
  readonly text: string;
}

/** What a reader has had recomputed in a visit: stages that a word drew, and what leads to figures. */
export class Checking {
  readonly recomputation: Recomputation;
  /** The stages that can be recomputed in a page. */
  readonly checkable: readonly string[];
  readonly #embedded: Embedded;
  readonly #lanes: number;
  /** Of each stage that was drawn: the word that drew it, and whether it was made, with equal bytes. */
  readonly #drawn = new Map<string, { readonly nonce: string; readonly made: boolean }>();
  #isStopped = false;
  #isAtWork = false;

  /** @param seconds How long stages took, where that is known. */
  constructor(embedded: Embedded, pool: Pool, seconds?: ReadonlyMap<string, number>) {
    this.#embedded = embedded;
    this.#lanes = 2 * pool.size;
    this.recomputation = new Recomputation(embedded, pool, seconds);
    const names = embedded.provenance.stages.map(({ name }) => name);
    this.checkable = names.filter((name) => this.recomputation.obstacleOf(name) === undefined);
  }

  /**
   * Recomputes stages in the order that a word decides, and begins none after some seconds.
   * @param onFound is called after each.
   */
  async draw(nonce: string, seconds: number, onFound: () => void): Promise<void> {
    const order = await shuffled(
      this.checkable.filter((name) => this.#drawn.get(name)?.made !== true),
      nonce,
    );
    const end = performance.now() + 1000 * seconds;
    await this.#makeAll(order, end, (name, made) => {
      this.#drawn.set(name, { nonce, made });
      onFound();
    });
  }

  /** Recomputes all that can be of what leads to a figure. @param onFound is called after each stage. */
  async follow(figure: string, onFound: () => void): Promise<void> {
    await this.#makeAll(this.leadingTo(figure).checkable, Number.POSITIVE_INFINITY, onFound);
  }

  /** How many stages lead to a figure, itself included, and those of them that can be recomputed in a page. */
  leadingTo(figure: string): { readonly all: number; readonly checkable: readonly string[] } {
    const slice = sliceOf(figure, new Map(this.#embedded.provenance.stages.map((stage) => [stage.name, stage])));
    return { all: slice.size, checkable: this.checkable.filter((name) => slice.has(name)) };
  }

  /** Stops what is at work. */
  stop(): void {
    this.#isStopped = true;
    this.recomputation.stop();
  }

  async #makeAll(order: readonly string[], end: number, onMade: (name: string, made: boolean) => void): Promise<void> {
    this.#isStopped = false;
    this.#isAtWork = true;
    const queue = [...order];
    const mayGoOn = () => !this.#isStopped && performance.now() < end && this.recomputation.mismatches.length === 0;
    const lane = async () => {
      for (let name = queue.shift(); name !== undefined && mayGoOn(); name = queue.shift()) {
        const made = await this.recomputation.make(name).then(
          () => true,
          () => false,
        );
        onMade(name, made);
      }
    };
    await Promise.all(Array.from({ length: this.#lanes }, lane));
    this.#isAtWork = false;
  }

  /** What was found so far. */
  found(): Found {
    const { mismatches, unfinished, done } = this.recomputation;
    if (mismatches.length > 0) {
      const text = `${mismatches.length} of ${done.size + mismatches.length} stages are not what the lock says.`;
      return { verdict: 'bad', text };
    }
    const drawn = [...this.#drawn.values()];
    const equal = drawn.filter(({ made }) => made).length;
    // A page could have what differs take long, or never end: as long as such stages are open, nothing is ruled out.
    const isKnown = !this.#isAtWork && unfinished.length === 0 && equal > 0 && equal === drawn.length;
    const bound = isKnown
      ? `: ${CONFIDENCE * 100} % sure that fewer than ${percent(shareRuledOut(equal))} of those that can run here differ`
      : '';
    const open =
      unfinished.length > 0 ? ` ${unfinished.length} did not come to an end, so nothing is known of them.` : '';
    const total = this.#embedded.provenance.stages.length;
    const text = `${done.size} of ${total} stages recomputed here, all equal; ${equal} of them drawn by your word${bound}.${open}`;
    return { verdict: open === '' ? 'good' : 'part', text };
  }

  /** What a reader keeps of it, as JSON. */
  receipt(): string {
    const { mismatches, unfinished, done } = this.recomputation;
    const stages = this.#embedded.provenance.stages
      .filter(({ name }) => done.has(name))
      .map(({ name, recipe, outputs }) => {
        const nonce = this.#drawn.get(name)?.nonce;
        return { name, recipe, outputs, ...(nonce === undefined ? {} : { nonce }) };
      });
    const kept = { page: this.#embedded.digest, browser: navigator.userAgent, mismatches, unfinished, stages };
    return `${JSON.stringify(kept, null, 2)}\n`;
  }
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
