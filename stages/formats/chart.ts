import * as v from 'valibot';
import { defineFormat } from '../../engine/format.ts';
import { StageError } from '../../engine/kind.ts';
import type { Mark, Panel } from '../figure/panel.ts';
import { type Cells, jsonWithTables, parseJson } from './json.ts';
import { decodeText, encodeText, numbersInText } from './text.ts';

/** What a figure shows, before it is drawn: panels in reading order, the tables that they draw, and words. */
export interface Chart {
  readonly title: string;
  /** What is to be seen, in sentences. */
  readonly shows: string;
  /** Number of panels side by side. */
  readonly columns: number;
  readonly panels: readonly Panel[];
  /** Whether each panel has colours and a legend of its own. */
  readonly ownLegends?: boolean;
  readonly tables: Readonly<Record<string, Cells>>;
}

const chartSchema = v.strictObject({
  title: v.string(),
  shows: v.string(),
  columns: v.number(),
  panels: v.array(
    v.strictObject({
      title: v.string(),
      width: v.exactOptional(v.number()),
      height: v.number(),
      // What it may be only Vega-Lite tells, when it draws.
      marks: v.array(v.custom<Mark>((mark) => typeof mark === 'object' && mark !== null)),
    }),
  ),
  ownLegends: v.exactOptional(v.boolean()),
  tables: v.record(v.string(), v.array(v.record(v.string(), v.union([v.string(), v.number()])))),
});

/** A chart, in whose tables all numbers are finite. */
export const chartFile = defineFormat({
  name: 'chart',
  extension: 'json',
  encode(chart: Chart) {
    requireFinite(chart);
    return encodeText(jsonWithTables(chart, 'tables', chart.tables));
  },
  decode(bytes): Chart {
    const parsed = v.safeParse(chartSchema, parseJson(decodeText(bytes)));
    if (!parsed.success) throw new StageError(`it is not a chart: ${v.summarize(parsed.issues)}`);
    return parsed.output;
  },
  numbers: numbersInText,
});

function requireFinite({ title, tables }: Chart): void {
  for (const row of Object.values(tables).flat()) {
    for (const [column, value] of Object.entries(row)) {
      if (typeof value === 'string' || Number.isFinite(value)) continue;
      const where = Object.entries(row).map(([name, cell]) => `${name} = ${cell}`);
      throw new StageError(`${title}: ${column} is not a finite number where ${where.join(', ')}`);
    }
  }
}
