import { UsageError } from '../engine/errors.ts';
import type { SlurmOptions } from '../engine/slurm/options.ts';

export interface ExecutorOptions {
  readonly executor: string;
  /** How jobs are handed to Slurm. */
  readonly slurm?: string;
}

/**
 * How jobs are handed to Slurm; undefined if stages run on this machine.
 * @throws {UsageError} if an option is wrong.
 */
export async function slurmOptionsOf({ executor, slurm }: ExecutorOptions): Promise<SlurmOptions | undefined> {
  if (executor === 'slurm') return (await import('../engine/slurm/options.ts')).parseSlurmOptions(slurm ?? '');
  if (slurm !== undefined) throw new UsageError('--slurm says how Slurm takes stages: it goes with --executor slurm');
  return undefined;
}
