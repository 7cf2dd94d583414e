import type { Event } from '../engine/events.ts';
import { readOptionalFile } from '../engine/files.ts';
import { type RepeatableOptions, runWords, shellCommand } from './choice-words.ts';

export type FailedEvent = Extract<Event, { event: 'stage-failed' }>;

/** How many lines of a log are shown. */
const LAST_LINES = 5;

/**
 * What to look at once a run is over: each failure, the last lines of its log, and the command that repeats just that
 * stage in the same way.
 */
export function describeFailures(failures: readonly FailedEvent[], options: Partial<RepeatableOptions>): string[] {
  return failures.flatMap(({ stage, message, log }) => {
    const said = log === undefined ? [] : (readOptionalFile(log) ?? '').trimEnd().split('\n').slice(-LAST_LINES);
    return [
      '',
      `${stage} failed: ${message}`,
      ...said.filter((line) => line !== message).map((line) => `  | ${line}`),
      `  again: ${shellCommand(['npx', 'tsx', 'pipeline.ts', 'run', stage, ...runWords(options)])}`,
    ];
  });
}
