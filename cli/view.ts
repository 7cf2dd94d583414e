import type { Event, Summary } from '../engine/events.ts';
import { jsonView } from './json-view.ts';
import { plainView, quietView } from './plain-view.ts';
import { print, printError } from './print.ts';

/** A reader of the events of a run that shows them to people or programs. */
export interface View {
  show(event: Event): void;
  /** Shows how it ended; nothing of the run comes after it. */
  end(summary: Summary): void;
}

/** The view that the options, and what standard output is, ask for. */
export async function viewFor(options: { readonly json?: boolean; readonly quiet?: boolean }): Promise<View> {
  if (options.json) return jsonView(print);
  if (options.quiet) return quietView(printError);
  if (!process.stdout.isTTY) return plainView(print);
  const { terminalView } = await import('./terminal-view.ts');
  return terminalView(process.stdout);
}
