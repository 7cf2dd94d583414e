import type { Job } from '../executor.ts';
import { ELEMENT_SECONDS } from './elements-of.ts';

/** What becomes ready within this time of each other goes together. */
const GATHER_MS = 200;
/**
 * What does not fill an element is held back for more: for this part of the time that the run has taken, so that short
 * runs wait little and long ones hand over few small batches.
 */
const HOLD = 1 / 20;
const SHORTEST_HOLD_MS = 1_000;
/** The same while elements of ours wait in Slurm, as what is handed over would only wait behind them. */
const LONGEST_HOLD_MS = 60_000;

/** What of ours jobs would meet in Slurm: nothing, elements that all run, or some that wait. */
export type Queue = 'empty' | 'running' | 'waiting';

/** The jobs that are to be handed over, in the order in which they became ready. */
export class ReadyJobs {
  readonly #began = performance.now();
  #jobs: Job[] = [];
  #seconds = 0;
  #first = 0;
  #last = 0;

  get size(): number {
    return this.#jobs.length;
  }

  add(job: Job): void {
    this.#last = performance.now();
    if (this.#jobs.length === 0) this.#first = this.#last;
    this.#jobs.push(job);
    this.#seconds += job.expectedSeconds;
  }

  /**
   * Whether it is time to hand them over.
   * @param slots How many jobs an element runs at once.
   */
  isDue(slots: number, queue: Queue): boolean {
    const now = performance.now();
    if (now - this.#last < GATHER_MS) return false;
    if (queue === 'empty' || this.#seconds >= ELEMENT_SECONDS * slots) return true;
    const hold = Math.max(SHORTEST_HOLD_MS, HOLD * (now - this.#began));
    return now - this.#first >= (queue === 'waiting' ? LONGEST_HOLD_MS : hold);
  }

  take(): Job[] {
    this.#seconds = 0;
    return this.#jobs.splice(0);
  }
}
