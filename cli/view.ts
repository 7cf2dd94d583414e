import type { Event, Summary } from '../engine/events.ts';
import type { RepeatableOptions } from './choice-words.ts';
import { print, printError } from './print.ts';

/** A reader of the events of a run that shows them to people or programs. */
export interface View {
  show(event: Event): void;
  /** Shows how the run ended. It is called last. */
  end(summary: Summary): void;
}

/** The view for the options and for standard output, which is drawn anew only where somebody looks. No other view is loaded. */
export async function viewFor(
  options: Partial<RepeatableOptions> & { readonly json?: boolean; readonly quiet?: boolean },
  isTerminal = process.stdout.isTTY && process.env.CI === undefined && process.env.TERM !== 'dumb',
): Promise<View> {
  if (options.json) return (await import('./json-view.ts')).jsonView(print);
  if (options.quiet) return (await import('./plain-view.ts')).quietView(printError);
  if (!isTerminal) return (await import('./plain-view.ts')).plainView(print, options);
  return (await import('./terminal-view.ts')).terminalView(process.stdout, options);
}
