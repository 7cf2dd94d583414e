import { distance } from 'fastest-levenshtein';

/** The candidate most like a name that somebody mistyped, by the share of letters that differ. */
export function nearest(name: string, candidates: readonly string[]): string {
  const unlikeness = (candidate: string) => distance(name, candidate) / Math.max(name.length, candidate.length);
  const [first = '', ...rest] = candidates;
  return rest.reduce((best, candidate) => (unlikeness(candidate) < unlikeness(best) ? candidate : best), first);
}
