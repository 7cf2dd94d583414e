import { styleText } from 'node:util';
import { createLogUpdate } from 'log-update';
import type { Event } from '../engine/events.ts';
import type { ChoiceOptions } from './choice.ts';
import { describeEvent, describeStates, describeSummary } from './describe-event.ts';
import { describeFailures, type FailedEvent } from './describe-failures.ts';
import { describeProgress, type ProgressEvent } from './describe-progress.ts';
import { formatSeconds } from './format.ts';
import type { View } from './view.ts';

const REFRESH_MS = 100;
const BAR_WIDTH = 20;
/** A screen has room for so many stages. */
const MAX_SHOWN = 16;

/** Shows live what runs and how far it is. What people must know stands above that, and a summary at the end. */
export function terminalView(stream: NodeJS.WriteStream, options: Partial<ChoiceOptions>): View {
  const update = createLogUpdate(stream);
  const running = new Map<string, { readonly start: number; progress?: ProgressEvent }>();
  const settled = { ran: 0, restored: 0, fresh: 0, failed: 0, skipped: 0 };
  let stages = 0;
  let savedSeconds = 0;
  /** When all is expected to be done, by the clock of this process; not known before the first stage starts. */
  let end: number | undefined;
  let inSlurm: readonly string[] = [];
  const failures: FailedEvent[] = [];
  const start = performance.now();

  const draw = () => {
    const now = performance.now();
    const done = Object.values(settled).reduce((sum, count) => sum + count, 0);
    const counts = Object.entries(settled).flatMap(([status, count]) => (count === 0 ? [] : [`${count} ${status}`]));
    const saved = savedSeconds < 1 ? '' : ` (saved ${formatSeconds(savedSeconds)})`;
    const left = end === undefined || end <= now ? '' : `, at most ${formatSeconds((end - now) / 1000)} left`;
    const head = `${bar(done, stages)} ${styleText('bold', `${done}/${stages}`)}  ${formatSeconds((now - start) / 1000)}${left}  ${counts.join(', ')}${saved}`;
    const shown = [...running].slice(0, MAX_SHOWN);
    const lines = shown.map(([stage, { start: began, progress }]) => {
      const elapsed = (now - began) / 1000;
      const state = progress === undefined ? formatSeconds(elapsed) : describeProgress(progress, elapsed);
      return `  ${styleText('cyan', stage)}  ${styleText('dim', state)}`;
    });
    const more = running.size - shown.length;
    if (more > 0) lines.push(styleText('dim', `  and ${more} more`));
    update([head, ...inSlurm, ...lines].join('\n'));
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
      if (event.event === 'in-slurm') inSlurm = [styleText('dim', `  in Slurm: ${describeStates(event.states)}`)];
      if (event.event === 'stage-failed') failures.push(event);
      const stage = event.event === 'stage-progress' ? running.get(event.stage) : undefined;
      if (stage !== undefined && event.event === 'stage-progress') stage.progress = event;
      if (event.event === 'stage-restored') savedSeconds += event.savedSeconds;
      const status = statusOf(event);
      if (status !== undefined && 'stage' in event) {
        settled[status] += 1;
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

/** How much of all is settled. */
function bar(done: number, all: number): string {
  const full = all === 0 ? 0 : Math.floor((BAR_WIDTH * done) / all);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}`;
}

function statusOf(event: Event): 'ran' | 'restored' | 'fresh' | 'failed' | 'skipped' | undefined {
  switch (event.event) {
    case 'stage-ran':
      return 'ran';
    case 'stage-restored':
      return 'restored';
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
  'slurm-silent',
  'detached',
  'set-aside',
  'ledger-damaged',
];

function isRemarkable({ event }: Event): boolean {
  return REMARKABLE.includes(event);
}
