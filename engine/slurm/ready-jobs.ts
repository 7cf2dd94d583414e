import type { Job } from '../executor.ts';
import { ELEMENT_SECONDS } from './elements-of.ts';

/** What becomes ready within this time of each other goes together. */
const GATHER_MS = 200;
/** Less than fills an element waits so long for more, while something else is awaited. */
const HOLD_MS = 5_000;

/** The jobs that are to be handed over, in the order in which they became ready. */
export class ReadyJobs {
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
   * Whether it is time to hand them over: no more come, and they fill an element, or nothing else is awaited, or they have waited.
   * @param slots How many jobs an element runs at once.
   */
  isDue(slots: number, isIdle: boolean): boolean {
    const now = performance.now();
    if (this.#jobs.length === 0 || now - this.#last < GATHER_MS) return false;
    return isIdle || this.#seconds >= ELEMENT_SECONDS * slots || now - this.#first >= HOLD_MS;
  }

  take(): Job[] {
    this.#seconds = 0;
    return this.#jobs.splice(0);
  }
}
