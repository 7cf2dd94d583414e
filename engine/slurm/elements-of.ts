import type { Job } from '../executor.ts';

/** An element takes so long, or longer, so that its start does not count. */
export const ELEMENT_SECONDS = 60;

/**
 * Divides jobs into elements of about a minute or more, and of much the same length.
 * @param jobs The most urgent first, which come into the first elements: Slurm starts these first.
 * @param slots How many jobs an element runs at once.
 * @param most How many elements there may be.
 */
export function elementsOf(jobs: readonly Job[], slots: number, most: number): Job[][] {
  const seconds = jobs.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, 0);
  const count = Math.min(most, Math.max(1, Math.floor(seconds / (ELEMENT_SECONDS * slots))));
  const elements: Job[][] = Array.from({ length: count }, () => []);
  let before = 0;
  for (const job of jobs) {
    const middle = before + job.expectedSeconds / 2;
    elements[Math.floor((count * middle) / (seconds || 1))]?.push(job);
    before += job.expectedSeconds;
  }
  return elements.filter(({ length }) => length > 0);
}
