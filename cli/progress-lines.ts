import { styleText } from 'node:util';
import { describeProgress, type ProgressEvent } from './describe-progress.ts';
import { formatSeconds } from './format.ts';

const BAR_WIDTH = 20;
const STAGE_BAR_WIDTH = 8;

/** How far a run is. */
export interface RunProgress {
  readonly done: number;
  readonly stages: number;
  /** Time, and counts of what became of stages. */
  readonly about: string;
  /** What else there is to say of the whole, a line each. */
  readonly notes: readonly string[];
  readonly running: readonly {
    readonly stage: string;
    readonly seconds: number;
    readonly progress: ProgressEvent | undefined;
  }[];
}

/** The size of a terminal. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * The whole run in a line, and each stage at work in another. No line is wider than the terminal, and two rows stay
 * free.
 */
export function progressLines({ done, stages, about, notes, running }: RunProgress, { columns, rows }: Size): string[] {
  const count = stages === 0 ? 'preparing' : `${done}/${stages}`;
  const taken = BAR_WIDTH + count.length + 3;
  const head = `${bar(done / stages, BAR_WIDTH)} ${styleText('bold', count)}  ${cut(about, columns - taken)}`;
  const room = Math.max(1, rows - 3 - notes.length);
  // Where not all fit, the last line says how many more there are.
  const shown = running.length > room ? running.slice(0, room - 1) : running;
  const lines = shown.map(({ stage, seconds, progress }) => {
    const state = progress === undefined ? formatSeconds(seconds) : describeProgress(progress, seconds);
    const share = progress?.total === undefined ? undefined : progress.done / progress.total;
    const name = cut(stage, columns - STAGE_BAR_WIDTH - 1);
    const left = columns - STAGE_BAR_WIDTH - name.length - 3;
    return `${bar(share, STAGE_BAR_WIDTH)} ${styleText('cyan', name)}  ${styleText('dim', cut(state, left))}`.trimEnd();
  });
  const more = running.length - shown.length;
  const said = notes.map((note) => styleText('dim', cut(note, columns)));
  return [head, ...said, ...lines, ...(more > 0 ? [cut(`and ${more} more`, columns)] : [])];
}

/** A share as a bar; empty space if it is not known. */
function bar(share: number | undefined, width: number): string {
  if (share === undefined) return ' '.repeat(width);
  const full = Number.isFinite(share) ? Math.floor(width * share) : 0;
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
}

/** A text that is not wider than this. */
function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`.slice(0, Math.max(0, width));
}
