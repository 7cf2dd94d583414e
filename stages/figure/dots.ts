import type { Axis } from './axis.ts';
import type { Mark } from './panel.ts';
import { REFERENCE_COLOR } from './theme.ts';

/**
 * What the dots of a table stand for: a line for each value of `line`, dots of several colours for those of `color`.
 */
export interface Dots {
  /** Its rows have `line`, `color`, `mean`, `min`, `max` and `shape`, that of the dot. */
  readonly table: string;
  /** The lines from top to bottom. */
  readonly lines: readonly string[];
  readonly colors: Readonly<Record<string, string>>;
  /** Whether the lines are named at the left. */
  readonly named: boolean;
}

/** Dots at the means of a table, with bars over the ranges, along a horizontal axis. */
export function dotMarks({ table, lines, colors, named }: Dots, x: Axis): Mark[] {
  const data = { name: table };
  const names = Object.keys(colors);
  const y = {
    field: 'line',
    type: 'nominal',
    sort: [...lines],
    title: null,
    axis: { labels: named, ticks: false, grid: true, labelPadding: 8 },
  } as const;
  const yOffset = { field: 'color', type: 'nominal', sort: names } as const;
  const color = {
    field: 'color',
    type: 'nominal',
    scale: { domain: names, range: Object.values(colors) },
    legend: { title: null, symbolType: 'circle', symbolSize: 60, symbolOpacity: 1 },
  } as const;
  const shape = { field: 'shape', type: 'nominal', scale: null, legend: null } as const;
  return [
    {
      data,
      mark: { type: 'rule', strokeWidth: 2, opacity: 0.55 },
      encoding: { y, yOffset, color, x: { ...x, field: 'min' }, x2: { field: 'max' } },
    },
    { data, mark: { type: 'point', size: 48 }, encoding: { y, yOffset, color, shape, x: { ...x, field: 'mean' } } },
  ];
}

/** A shaded range of a horizontal axis, behind dots. */
export function rangeMark([from, to]: readonly [number, number], x: Axis): Mark {
  return {
    data: { values: [{ from, to }] },
    mark: { type: 'rect', color: REFERENCE_COLOR, opacity: 0.1 },
    encoding: { x: { ...x, field: 'from' }, x2: { field: 'to' } },
  };
}
