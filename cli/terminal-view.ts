import { styleText } from 'node:util';
import { rollup } from 'd3-array';
import { createLogUpdate } from 'log-update';
import type { Event, Status } from '../engine/events.ts';
import type { RepeatableOptions } from './choice-words.ts';
import { describeEvent, describeStates, describeSummary } from './describe-event.ts';
import { describeFailures, type FailedEvent } from './describe-failures.ts';
import type { ProgressEvent } from './describe-progress.ts';
import { formatSeconds } from './format.ts';
import { progressLines, type Size } from './progress-lines.ts';
import type { View } from './view.ts';

const REFRESH_MS = 100;

/** Shows live what runs and how far it is. Above that stays what people must know, and at the end comes a summary. */
export function terminalView(stream: NodeJS.WriteStream, options: Partial<RepeatableOptions>): View {
  const update = createLogUpdate(stream);
  const running = new Map<string, { readonly start: number; progress?: ProgressEvent }>();
  const settled = new Map<string, Status>();
  let stages = 0;
  let savedSeconds = 0;
  /** When all is expected to be done, by the clock of this process; not known before the first stage starts. */
  let end: number | undefined;
  let inSlurm: readonly string[] = [];
  const failures: FailedEvent[] = [];
  const start = performance.now();

  const draw = () => {
    const now = performance.now();
    const done = settled.size;
    const counts = rollup(
      [...settled.values()],
      (same) => same.length,
      (status) => status,
    );
    const saved = savedSeconds < 1 ? '' : ` (saved ${formatSeconds(savedSeconds)})`;
    const left = end === undefined || end <= now ? '' : `, at most ${formatSeconds((end - now) / 1000)} left`;
    const about = `${formatSeconds((now - start) / 1000)}${left}  ${[...counts].map(([status, count]) => `${count} ${status}`).join(', ')}${saved}`;
    const atWork = [...running].map(([stage, { start: began, progress }]) => {
      return { stage, seconds: (now - began) / 1000, progress };
    });
    update(progressLines({ done, stages, about, notes: inSlurm, running: atWork }, sizeOf(stream)).join('\n'));
  };
  const timer = setInterval(draw, REFRESH_MS);
  timer.unref();

  const showAbove = (line: string) => {
    update.clear();
    stream.write(`${line}\n`);
  };

  return {
    show: (event) => {
      if (event.event === 'started') stages = event.stages;
      if (event.event === 'stage-started') {
        running.set(event.stage, { start: performance.now() });
        end = performance.now() + 1000 * event.secondsLeft;
      }
      if (event.event === 'in-slurm') inSlurm = [`in Slurm: ${describeStates(event.states)}`];
      if (event.event === 'stage-failed') failures.push(event);
      const stage = event.event === 'stage-progress' ? running.get(event.stage) : undefined;
      if (stage !== undefined && event.event === 'stage-progress') stage.progress = event;
      if (event.event === 'stage-restored') savedSeconds += event.savedSeconds;
      const status = statusOf(event);
      if (status !== undefined && 'stage' in event) {
        settled.set(event.stage, status);
        running.delete(event.stage);
      }
      const line = isRemarkable(event) ? describeEvent(event) : undefined;
      if (line !== undefined) showAbove(statusOf(event) === 'failed' ? styleText('red', line) : line);
    },
    end: (summary) => {
      clearInterval(timer);
      update.clear();
      update.done();
      for (const line of describeFailures(failures, options)) stream.write(`${line}\n`);
      const colour = summary.failed.length > 0 || summary.interrupted ? 'red' : 'green';
      stream.write(`${styleText(colour, describeSummary(summary))}\n`);
    },
  };
}

/**
 * The size of a terminal, without its last column, since a line that fills that may wrap. Some terminals tell no size.
 */
function sizeOf({ columns, rows }: NodeJS.WriteStream): Size {
  return { columns: (columns || 80) - 1, rows: rows || 24 };
}

function statusOf(event: Event): Status | undefined {
  switch (event.event) {
    case 'stage-ran':
      return 'ran';
    case 'stage-restored':
      return 'restored';
    case 'stage-fetched':
      return 'fetched';
    case 'stage-known':
      return 'known';
    case 'stage-fresh':
      return 'fresh';
    case 'stage-failed':
    case 'stage-diverged':
      return 'failed';
    case 'stage-skipped':
      return 'skipped';
    default:
      return undefined;
  }
}

const REMARKABLE = [
  'waiting',
  'stage-failed',
  'stage-diverged',
  'stage-accepted',
  'stage-stays',
  'batch-submitted',
  'batch-adopted',
  'batch-doubtful',
  'batch-lost',
  'slurm-silent',
  'detached',
  'set-aside',
  'ledger-damaged',
  'remote-problem',
];

function isRemarkable({ event }: Event): boolean {
  return REMARKABLE.includes(event);
}
