import type { Batch } from './batch.ts';
import { isEnd, type Sighting } from './scheduler.ts';

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
}

/** An element whose results need not be awaited any more. */
export interface Over {
  readonly batch: Batch;
  readonly element: number;
  readonly vigil: Vigil;
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
    const found = new Map<string, Sighting[]>();
    for (const sighting of sightings) {
      const key = `${sighting.batch} ${sighting.element}`;
      found.set(key, [...(found.get(key) ?? []), sighting]);
    }
    return [...awaited].flatMap(([batch, elements]) =>
      [...elements].flatMap((element) => {
        const vigil = this.#of(batch, element);
        vigil.note(found.get(`${batch.name} ${element}`) ?? [], now);
        return vigil.isOver(now, patienceMs) ? [{ batch, element, vigil }] : [];
      }),
    );
  }

  #of(batch: Batch, element: number): Vigil {
    const vigils = this.#vigils.get(batch) ?? new Map<number, Vigil>();
    const vigil = vigils.get(element) ?? new Vigil();
    this.#vigils.set(batch, vigils.set(element, vigil));
    return vigil;
  }
}
