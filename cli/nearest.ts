import { distance } from 'fastest-levenshtein';

/** The candidate that is most like a mistyped name, by the share of letters that differ; empty if there are none. */
export function nearest(name: string, candidates: readonly string[]): string {
  const unlikeness = (candidate: string) => distance(name, candidate) / Math.max(name.length, candidate.length);
  const [first = '', ...rest] = candidates;
  return rest.reduce((best, candidate) => (unlikeness(candidate) < unlikeness(best) ? candidate : best), first);
}
