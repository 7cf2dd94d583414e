/**
 * The settings of a sweep from `from` to `to`, increasing; none if the sweep does not reach from one to
 * the other, since then it says nothing about that range.
 */
export function coveredSettings(
  sweep: readonly number[],
  { from, to }: { readonly from: number; readonly to: number },
): number[] {
  if (!sweep.includes(from) || !sweep.includes(to)) return [];
  return sweep.filter((value) => from <= value && value <= to).toSorted((a, b) => a - b);
}
