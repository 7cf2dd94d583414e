import type { Encoding } from 'vega-lite/types_unstable/encoding.js';
import { TEXT_COLOR } from './theme.ts';

/** How the curves of a table are coloured and dashed, and told apart. */
export interface Look {
  readonly area: Pick<Encoding<string>, 'color' | 'detail'>;
  readonly line: Pick<Encoding<string>, 'color' | 'strokeDash'>;
  readonly point: Pick<Encoding<string>, 'color' | 'detail' | 'shape'>;
}

export const SOLID = [1, 0];
const DASHED = [6, 3];
export const DOTTED = [2, 2];
export const DASH_DOTTED = [6, 2, 2, 2];
const DASHES = [SOLID, DASHED, DOTTED, DASH_DOTTED];

/** How many curves of one panel can differ by their dash. */
export const MAX_DASHES = DASHES.length;

const LEGEND = { title: null, symbolType: 'stroke', symbolOpacity: 1 };
const LEGEND_OF_DOTS = { title: null, symbolOpacity: 1, symbolSize: 60 };
const SHAPES = ['circle', 'square', 'triangle-up', 'diamond', 'triangle-down', 'cross', 'triangle-right'];
/** More names than this stand in columns, as many. */
const LEGEND_COLUMNS = 3;
const GREY_LEGEND = { ...LEGEND, symbolStrokeColor: TEXT_COLOR };

/** A single curve. */
export function plain(color: string): Look {
  const own = { color: { value: color } };
  return { area: own, line: own, point: own };
}

/**
 * Curves that differ by colour, and by dash, their points by shape, for who can't tell the colours apart.
 * @param colors of the values of the column, which are their names in the legend.
 * @param symbol in the legend: of lines, or of dots, beside which lines are not dashed.
 */
export function coloredBy(
  column: string,
  colors: Readonly<Record<string, string>>,
  symbol: 'stroke' | 'circle' = 'stroke',
): Look {
  const domain = Object.keys(colors);
  const scale = { domain, range: Object.values(colors) };
  const columns = domain.length > LEGEND_COLUMNS ? { columns: LEGEND_COLUMNS } : {};
  const legend = { ...(symbol === 'circle' ? LEGEND_OF_DOTS : LEGEND), ...columns };
  const color = { field: column, type: 'nominal', scale, legend } as const;
  const dash = symbol === 'stroke' ? { strokeDash: { ...dashOf(column, domain), legend } } : {};
  const shape = symbol === 'stroke' ? shapeBesideLines(column, domain) : { ...shapeOf(column, domain), legend };
  return { area: { color }, line: { color, ...dash }, point: { color, shape } };
}

/** Curves in an order, from dark to light: `names` of the column, as in the legend. */
export function shadedBy(column: string, names: readonly string[]): Look {
  const scale = { domain: [...names], scheme: { name: 'viridis', extent: [0, 0.9] } } as const;
  const color = {
    field: column,
    type: 'ordinal',
    scale,
    legend: { ...LEGEND_OF_DOTS, symbolType: 'circle', columns: LEGEND_COLUMNS },
  } as const;
  return { area: { color }, line: { color }, point: { color } };
}

/**
 * Curves of one colour that differ by dash.
 * @param names values of the column, which are their names in the legend; at most `MAX_DASHES`.
 */
export function dashedBy(column: string, names: readonly string[], color: string): Look {
  const area = { color: { value: color }, detail: { field: column, type: 'nominal' } } as const;
  return {
    area,
    point: area,
    line: { color: { value: color }, strokeDash: { ...dashOf(column, names), legend: GREY_LEGEND } },
  };
}

function shapeOf(column: string, names: readonly string[]) {
  const scale = { domain: [...names], range: SHAPES.slice(0, names.length) };
  return { field: column, type: 'nominal', scale } as const;
}

/** The same where the legend is of lines. */
function shapeBesideLines(column: string, [, ...others]: readonly string[]) {
  const field = JSON.stringify(column);
  const condition = others.map((name, i) => ({
    test: `datum[${field}] === ${JSON.stringify(name)}`,
    value: SHAPES[i + 1],
  }));
  return { condition, value: SHAPES[0] };
}

function dashOf(column: string, names: readonly string[]) {
  const scale = { domain: [...names], range: DASHES.slice(0, names.length) };
  return { field: column, type: 'nominal', scale } as const;
}
