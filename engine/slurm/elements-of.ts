import { least, sum } from 'd3-array';
import type { Job } from '../executor.ts';

/** An element is to take as long as this, or longer, so that its start does not count. */
export const ELEMENT_SECONDS = 60;

/**
 * Divides jobs into elements of about a minute or more, and of much the same length. Each element begins with some of
 * the most urgent jobs, so that what waits for these goes on while the elements are still at work.
 * @param jobs The most urgent first.
 * @param slots How many jobs an element runs at once.
 * @param most How many elements there may be.
 */
export function elementsOf(jobs: readonly Job[], slots: number, most: number): Job[][] {
  const seconds = sum(jobs, ({ expectedSeconds }) => expectedSeconds);
  const count = Math.min(most, jobs.length, Math.max(1, Math.floor(seconds / (ELEMENT_SECONDS * slots))));
  const elements = Array.from({ length: count }, () => ({ seconds: 0, jobs: [] as Job[] }));
  for (const job of jobs) {
    const shortest = least(elements, (element) => element.seconds);
    if (shortest === undefined) break;
    shortest.jobs.push(job);
    shortest.seconds += job.expectedSeconds;
  }
  return elements.map((element) => element.jobs);
}
