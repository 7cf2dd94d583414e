import type { Distance } from '../engine/numbers.ts';

/** How far apart the numbers of two outputs are, in words. */
export function describeDistance({ counts, largest }: Distance): string {
  if (largest === undefined) return `${counts[1]} numbers instead of ${counts[0]}`;
  const { absolute, relative } = largest;
  return `its ${counts[0]} numbers differ by at most ${absolute.toExponential(2)}, relatively ${relative.toExponential(2)}`;
}
