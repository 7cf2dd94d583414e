import type { LayerSpec } from 'vega-lite/types_unstable/spec/layer.js';
import type { UnitSpec } from 'vega-lite/types_unstable/spec/unit.js';
import type { Axis } from './axis.ts';
import { DASH_DOTTED, DOTTED, type Look, SOLID } from './look.ts';
import { REFERENCE_COLOR } from './theme.ts';

export type Mark = UnitSpec<string>;

/** Width of a panel: two, with axes, fill 528 CSS pixels, the 5.5 inches of a paper's text. */
const PANEL_WIDTH = 196;

/** What one panel of a figure shows. */
export interface Panel {
  readonly title: string;
  readonly width?: number;
  readonly height: number;
  /** Drawn over each other, the first below. */
  readonly marks: readonly Mark[];
}

/** A panel as Vega-Lite has it, under a title. */
export function panelSpec({ width = PANEL_WIDTH, height, marks }: Panel, title: string): LayerSpec<string> {
  return { title: { text: title, anchor: 'start', offset: 5 }, width, height, layer: [...marks] };
}

/**
 * The bands and mean lines of a table whose rows are points of bands: `x`, `mean`, `min` and `max`.
 * @param opacity of the bands, if it is not that of the theme: less where many lie on each other.
 */
export function bandMarks(table: string, x: Axis, y: Axis, look: Look, opacity?: number): Mark[] {
  const data = { name: table };
  const along = { ...x, field: 'x' };
  const band = { x: along, y: { ...y, field: 'min' }, y2: { field: 'max' }, ...look.area };
  const mean = { x: along, y: { ...y, field: 'mean' }, ...look.line };
  return [
    { data, mark: opacity === undefined ? 'area' : { type: 'area', opacity }, encoding: band },
    { data, mark: 'line', encoding: mean },
  ];
}

/** The lines of a table of points `x`, `y`. */
export function lineMark(table: string, x: Axis, y: Axis, look: Look): Mark {
  return {
    data: { name: table },
    mark: 'line',
    encoding: { x: { ...x, field: 'x' }, y: { ...y, field: 'y' }, ...look.line },
  };
}

/** The points of a table of points `x`, `y`. */
export function scatterMark(table: string, x: Axis, y: Axis, look: Look, shape: 'circle' | 'cross'): Mark {
  return {
    data: { name: table },
    mark: { type: 'point', shape },
    encoding: { x: { ...x, field: 'x' }, y: { ...y, field: 'y' }, ...look.area },
  };
}

/** Points at the means of a table for `bandMarks`. */
export function pointMark(table: string, x: Axis, y: Axis, look: Look): Mark {
  return {
    data: { name: table },
    mark: 'point',
    encoding: { x: { ...x, field: 'x' }, y: { ...y, field: 'mean' }, ...look.point },
  };
}

/** Points at the means of a table for `bandMarks`, each with its range: for an x that few points share. */
export function rangeMarks(table: string, x: Axis, y: Axis, look: Look): Mark[] {
  const encoding = { x: { ...x, field: 'x' }, y: { ...y, field: 'min' }, y2: { field: 'max' }, ...look.area };
  return [{ data: { name: table }, mark: { type: 'rule', strokeWidth: 1.5 }, encoding }, pointMark(table, x, y, look)];
}

/** A line that no data drew. */
export interface Reference {
  /** Its table of points `x`, `y`; also its name, written beside the point of this index. */
  readonly table: string;
  readonly nameAt: number;
  readonly nameSide: 'above' | 'below';
  /** Where its name begins, left, or ends, right. Left if absent. */
  readonly nameAlign?: 'left' | 'right';
  /** A guide for the eye, or a theory, of which a panel may have two. */
  readonly role: keyof typeof REFERENCE_LINES;
}

const REFERENCE_LINES = {
  guide: { strokeDash: SOLID, strokeWidth: 0.75 },
  theory: { strokeDash: DOTTED, strokeWidth: 1.5 },
  'other theory': { strokeDash: DASH_DOTTED, strokeWidth: 1.5 },
};

/** A line of reference and its name. */
export function referenceMarks(
  { table, nameAt, nameSide, nameAlign = 'left', role }: Reference,
  x: Axis,
  y: Axis,
): Mark[] {
  const data = { name: table };
  const encoding = { x: { ...x, field: 'x' }, y: { ...y, field: 'y' } };
  const place =
    nameSide === 'above' ? ({ baseline: 'bottom', dy: -4 } as const) : ({ baseline: 'top', dx: 8, dy: 3 } as const);
  return [
    { data, mark: { type: 'line', color: REFERENCE_COLOR, ...REFERENCE_LINES[role] }, encoding },
    {
      data,
      transform: [{ window: [{ op: 'row_number', as: 'number' }] }, { filter: `datum.number === ${nameAt + 1}` }],
      mark: { type: 'text', text: table, color: REFERENCE_COLOR, align: nameAlign, ...place },
      encoding,
    },
  ];
}
