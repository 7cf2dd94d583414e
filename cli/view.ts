import type { Event, Summary } from '../engine/events.ts';
import { describeEvent } from './describe-event.ts';
import { jsonView } from './json-view.ts';
import { plainView, quietView } from './plain-view.ts';
import { print, printError } from './print.ts';

/** A reader of the events of a run that shows them to people or programs. */
export interface View {
  show(event: Event): void;
  /** Shows how it ended; nothing of the run comes after it. */
  end(summary: Summary): void;
}

/** Shows on standard error what happened before the work of a command that has no events of its own. */
export function showError(event: Event): void {
  printError(describeEvent(event) ?? event.event);
}

/** The view that the options, and what standard output is, ask for. */
export async function viewFor(options: { readonly json?: boolean; readonly quiet?: boolean }): Promise<View> {
  if (options.json) return jsonView(print);
  if (options.quiet) return quietView(printError);
  if (!process.stdout.isTTY) return plainView(print);
  const { terminalView } = await import('./terminal-view.ts');
  return terminalView(process.stdout);
}
