import type { Event, Summary } from '../engine/events.ts';

/** A reader of the events of a run that shows them to people or programs. */
export interface View {
  show(event: Event): void;
  /** Shows how it ended; nothing comes after it. */
  end(summary: Summary): void;
}
