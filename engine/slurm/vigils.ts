import { group } from 'd3-array';
import type { Batch } from './batch.ts';
import { isEnd, isLoss, type Sighting } from './scheduler.ts';

/** One answer may come from a controller that has only just started. */
const LOOKS = 3;

/** What is known of an element that is awaited. Only its results are the truth: this says when to stop waiting for them. */
export class Vigil {
  /** Since when it is not known, or has ended. What is not known may come back. */
  #since: number | undefined;
  #looks = 0;
  #state: string | undefined;

  /** Takes in what an answer of Slurm says of it. @param now in ms. */
  note(sightings: readonly Sighting[], now: number): void {
    const states = sightings.map(({ state }) => state);
    this.#state = states.find((state) => !isEnd(state)) ?? states[0] ?? this.#state;
    if (states.some((state) => !isEnd(state))) {
      this.#since = undefined;
      this.#looks = 0;
    } else {
      this.#since ??= now;
      this.#looks += 1;
    }
  }

  /** Whether it has ended, or has not been known, for too long. */
  isOver(now: number, patienceMs: number): boolean {
    return this.#since !== undefined && this.#looks >= LOOKS && now - this.#since >= patienceMs;
  }

  /** What Slurm said of it last; undefined if it never knew it. */
  get state(): string | undefined {
    return this.#state;
  }

  get hasEnded(): boolean {
    return this.#state !== undefined && isEnd(this.#state);
  }

  /** Whether another attempt may fare better: nothing says that it failed by itself, or was cancelled. */
  get isLost(): boolean {
    return this.#state === undefined || isLoss(this.#state);
  }
}

/** An element whose results need not be awaited any more. */
export interface Over {
  readonly batch: Batch;
  readonly element: number;
  readonly vigil: Vigil;
  /** The numbers that it has if it comes back; empty if Slurm knows nothing of its array any more. */
  readonly ids: readonly string[];
}

/** What is known of all elements that are awaited. */
export class Vigils {
  readonly #vigils = new Map<Batch, Map<number, Vigil>>();

  /** Takes in an answer of Slurm. @returns the elements that are over. */
  note(
    awaited: ReadonlyMap<Batch, ReadonlySet<number>>,
    sightings: readonly Sighting[],
    now: number,
    patienceMs: number,
  ): Over[] {
    const found = group(
      sightings,
      ({ batch }) => batch,
      ({ element }) => element,
    );
    return [...awaited].flatMap(([batch, elements]) => {
      const ofBatch = found.get(batch.name) ?? new Map<number, Sighting[]>();
      const jobs = new Set([...ofBatch.values()].flat().map(({ job }) => job));
      return [...elements].flatMap((element) => {
        const vigil = this.#of(batch, element);
        vigil.note(ofBatch.get(element) ?? [], now);
        if (!vigil.isOver(now, patienceMs)) return [];
        return [{ batch, element, vigil, ids: [...jobs].map((job) => batch.idOf(job, element)) }];
      });
    });
  }

  #of(batch: Batch, element: number): Vigil {
    const vigils = this.#vigils.get(batch) ?? new Map<number, Vigil>();
    const vigil = vigils.get(element) ?? new Vigil();
    this.#vigils.set(batch, vigils.set(element, vigil));
    return vigil;
  }
}
