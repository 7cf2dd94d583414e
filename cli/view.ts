import type { Event, Summary } from '../engine/events.ts';
import type { RepeatableOptions } from './choice-words.ts';
import { print, printError } from './print.ts';

/** Shows the events of a run to people or programs. */
export interface View {
  show(event: Event): void;
  /** Shows how the run ended. It is called last. */
  end(summary: Summary): void;
}

/** The view that the options choose. The live one is for a terminal that somebody looks at. No other view is loaded. */
export async function viewFor(
  options: Partial<RepeatableOptions> & { readonly json?: boolean; readonly quiet?: boolean },
  isTerminal = process.stdout.isTTY && process.env.CI === undefined && process.env.TERM !== 'dumb',
): Promise<View> {
  if (options.json) return (await import('./json-view.ts')).jsonView(print);
  if (options.quiet) return (await import('./plain-view.ts')).quietView(printError);
  if (!isTerminal) return (await import('./plain-view.ts')).plainView(print, options);
  return (await import('./terminal-view.ts')).terminalView(process.stdout, options);
}
