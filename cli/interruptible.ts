import { setImmediate } from 'node:timers/promises';

/** The exit code of what was interrupted. */
export const INTERRUPTED = 130;

/**
 * Does work that Ctrl-C ends, or another signal if there is one.
 * @returns the exit code of the work, or that of an interruption.
 */
export async function interruptible(
  work: (signal: AbortSignal) => Promise<number>,
  other?: AbortSignal,
): Promise<number> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  other?.addEventListener('abort', interrupt);
  if (other?.aborted) interrupt();
  try {
    const exitCode = await work(interruption.signal);
    return interruption.signal.aborted ? INTERRUPTED : exitCode;
  } catch (error) {
    // Ctrl-C also ends the processes that the work has started, and that may be noticed before the signal is.
    for (let turn = 0; turn < 2; turn++) await setImmediate();
    if (interruption.signal.aborted) return INTERRUPTED;
    throw error;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    other?.removeEventListener('abort', interrupt);
  }
}
