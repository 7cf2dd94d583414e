import type { View } from './view.ts';

/** One JSON object a line; the last is the summary. */
export function jsonView(print: (line: string) => void): View {
  return {
    show: (event) => print(JSON.stringify(event)),
    end: (summary) => print(JSON.stringify(summary)),
  };
}
