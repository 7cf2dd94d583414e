import { group } from 'd3-array';
import type { Batch } from './batch.ts';
import { isEnd, isLoss, type Sighting } from './scheduler.ts';

/** So many answers must agree, as one may come from a controller that has only just started. */
const LOOKS = 3;

/** What Slurm has said of an element whose results are awaited: it tells when to stop waiting for them. */
export class AwaitedElement {
  /** Since when, in ms, and in how many answers Slurm has not known it, or has said that it has ended. */
  #since: number | undefined;
  #looks = 0;
  #state: string | undefined;

  /** Takes in what an answer of Slurm says of it: nothing, or the states of its jobs. @param now In ms. */
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

  /** Whether it has ended, or Slurm has not known it, for too long. */
  isOver(now: number, patienceMs: number): boolean {
    return this.#since !== undefined && this.#looks >= LOOKS && now - this.#since >= patienceMs;
  }

  /** The last state that Slurm told; undefined if it never knew the element. */
  get state(): string | undefined {
    return this.#state;
  }

  /** Whether another attempt may fare better: as far as is known it neither failed by itself nor was cancelled. */
  get isLost(): boolean {
    return this.#state === undefined || isLoss(this.#state);
  }
}

/** An element whose results do not come any more. */
export interface Overdue {
  readonly batch: Batch;
  readonly element: number;
  readonly awaited: AwaitedElement;
  /** What Slurm would call it if it came back; empty if Slurm knows nothing of its batch any more. */
  readonly ids: readonly string[];
}

/** All elements whose results are awaited, or were. */
export class AwaitedElements {
  readonly #elements = new Map<Batch, Map<number, AwaitedElement>>();

  /**
   * Takes in an answer of Slurm.
   * @param awaited The elements of each batch that it was asked for.
   * @param now In ms.
   * @returns those whose results do not come any more.
   */
  note(
    awaited: ReadonlyMap<Batch, ReadonlySet<number>>,
    sightings: readonly Sighting[],
    now: number,
    patienceMs: number,
  ): Overdue[] {
    const found = group(
      sightings,
      ({ batch }) => batch,
      ({ element }) => element,
    );
    return [...awaited].flatMap(([batch, elements]) => {
      const ofBatch = found.get(batch.name) ?? new Map<number, Sighting[]>();
      const jobs = new Set([...ofBatch.values()].flat().map(({ job }) => job));
      return [...elements].flatMap((element) => {
        const known = this.#of(batch, element);
        known.note(ofBatch.get(element) ?? [], now);
        if (!known.isOver(now, patienceMs)) return [];
        return [{ batch, element, awaited: known, ids: [...jobs].map((job) => batch.idOf(job, element)) }];
      });
    });
  }

  #of(batch: Batch, element: number): AwaitedElement {
    const ofBatch = this.#elements.get(batch) ?? new Map<number, AwaitedElement>();
    const awaited = ofBatch.get(element) ?? new AwaitedElement();
    this.#elements.set(batch, ofBatch.set(element, awaited));
    return awaited;
  }
}
