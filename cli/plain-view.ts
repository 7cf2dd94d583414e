import { type Event, INTERRUPTED } from '../engine/events.ts';
import type { RepeatableOptions } from './choice-words.ts';
import { describeEvent, describeSummary } from './describe-event.ts';
import { describeFailures, type FailedEvent } from './describe-failures.ts';
import { describeProgress, type ProgressEvent } from './describe-progress.ts';
import { printError } from './print.ts';
import type { View } from './view.ts';

const PROGRESS_MS = 10_000;

/** Shows each event as a plain line, for logs. */
export function plainView(print: (line: string) => void, options: Partial<RepeatableOptions>): View {
  const started = new Map<string, number>();
  const reported = new Map<string, number>();
  const failures: FailedEvent[] = [];
  let interrupted = false;
  const showProgress = (event: ProgressEvent) => {
    const now = performance.now();
    const start = started.get(event.stage) ?? now;
    if (now - (reported.get(event.stage) ?? start) < PROGRESS_MS) return;
    reported.set(event.stage, now);
    print(`at ${event.stage}: ${describeProgress(event, (now - start) / 1000)}`);
  };
  return {
    show: (event) => {
      if (event.event === 'stage-started') started.set(event.stage, performance.now());
      if (event.event === 'stage-progress') showProgress(event);
      if (event.event === 'stage-failed') failures.push(event);
      interrupted ||= event.event === 'stage-skipped' && event.because === INTERRUPTED;
      // The summary counts what an interruption leaves, which may be thousands.
      const line = interrupted && event.event === 'stage-skipped' ? undefined : describeEvent(event);
      if (line !== undefined) print(line);
    },
    end: (summary) => {
      for (const line of describeFailures(failures, options)) print(line);
      print(describeSummary(summary));
    },
  };
}

/** Shows failures only. */
export function quietView(print: (line: string) => void): View {
  return {
    show: (event) => {
      const line =
        event.event === 'stage-failed' || event.event === 'stage-diverged' ? describeEvent(event) : undefined;
      if (line !== undefined) print(line);
    },
    end: () => {},
  };
}

/** Shows on standard error what happened before the work of a command that has no events of its own. */
export function showError(event: Event): void {
  printError(describeEvent(event) ?? event.event);
}
