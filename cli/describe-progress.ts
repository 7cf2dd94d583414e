import type { Event } from '../engine/events.ts';
import { formatSeconds } from './format.ts';

export type ProgressEvent = Extract<Event, { event: 'stage-progress' }>;

/** How far a stage is, e.g. `1200/40000 iterations, loss 0.0138, 12 s left`. */
export function describeProgress({ done, total, unit, note }: ProgressEvent, elapsedSeconds: number): string {
  const count = `${done}${total === undefined ? '' : `/${total}`}${unit === undefined ? '' : ` ${unit}`}`;
  const left = total === undefined || done === 0 ? undefined : (elapsedSeconds * (total - done)) / done;
  return [count, note, left === undefined ? undefined : `at most ${formatSeconds(left)} left`]
    .filter((part) => part !== undefined)
    .join(', ');
}
