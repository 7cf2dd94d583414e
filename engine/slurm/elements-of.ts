import type { Job } from '../executor.ts';

/** An element takes so long, or longer, so that its start does not count. */
export const ELEMENT_SECONDS = 60;

/**
 * Divides jobs into elements of about a minute or more, and of much the same length.
 * @param slots How many jobs an element runs at once.
 * @param most How many elements there may be.
 * @returns the elements, each with the jobs in the order in which they came.
 */
export function elementsOf(jobs: readonly Job[], slots: number, most: number): Job[][] {
  const seconds = jobs.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, 0);
  const count = Math.min(most, jobs.length, Math.max(1, Math.floor(seconds / (ELEMENT_SECONDS * slots))));
  const elements = Array.from({ length: count }, () => ({ seconds: 0, places: [] as number[] }));
  const longestFirst = jobs
    .map((job, place) => ({ job, place }))
    .sort((a, b) => b.job.expectedSeconds - a.job.expectedSeconds);
  for (const { job, place } of longestFirst) {
    const least = elements.reduce((a, b) => (b.seconds < a.seconds ? b : a));
    least.seconds += job.expectedSeconds;
    least.places.push(place);
  }
  return elements.map(({ places }) => places.sort((a, b) => a - b).flatMap((place) => jobs[place] ?? []));
}
