import type { ConvergenceRow } from '../formats/convergence.ts';

/** A sentence on how many of the trainings became stationary. */
export function endingOf(rows: readonly Pick<ConvergenceRow, 'stopped_by'>[]): string {
  const stationary = rows.filter(({ stopped_by }) => stopped_by === 'stationary').length;
  if (stationary === rows.length) return `All ${rows.length} trainings became stationary.`;
  if (stationary === 0)
    return `None of ${rows.length} trainings became stationary: all reached the limit of iterations.`;
  return `${stationary} of ${rows.length} trainings became stationary; the others reached the limit of iterations.`;
}
