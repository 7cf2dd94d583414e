import { exp, ln } from '../science/special-functions.ts';
import { digestOf } from './embedded.ts';

/** A list in an order that a nonce decides: who made the page could not foresee it. */
export async function shuffled(items: readonly string[], nonce: string): Promise<string[]> {
  const keys = await Promise.all(
    items.map(async (item) => [await digestOf(new TextEncoder().encode(`${nonce}\n${item}`)), item] as const),
  );
  return keys.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

/** Confidence of the bound below. */
export const CONFIDENCE = 0.95;

/**
 * The share of differing stages that is ruled out, with that confidence, once so many that were drawn are all equal:
 * the p with (1 − p)^drawn = 1 − confidence.
 */
export function shareRuledOut(drawn: number): number {
  return drawn === 0 ? 1 : 1 - exp(ln(1 - CONFIDENCE) / drawn);
}
