import type { Encoding } from 'vega-lite/types_unstable/encoding.js';
import { TEXT_COLOR } from './theme.ts';

/** How the curves of a table are coloured and dashed, and told apart. */
export interface Look {
  readonly area: Pick<Encoding<string>, 'color' | 'detail'>;
  readonly line: Pick<Encoding<string>, 'color' | 'strokeDash'>;
}

export const SOLID = [1, 0];
const DASHED = [6, 3];
export const DOTTED = [2, 2];
export const DASH_DOTTED = [6, 2, 2, 2];
const DASHES = [SOLID, DASHED, DOTTED, DASH_DOTTED];

/** How many curves of one panel can differ by their dash. */
export const MAX_DASHES = DASHES.length;

const LEGEND = { title: null, symbolType: 'stroke', symbolOpacity: 1 };
/** In a legend of dots. */
const DOT = { symbolType: 'circle', symbolSize: 60 } as const;
/** More names than this stand in columns, as many. */
const LEGEND_COLUMNS = 3;
const GREY_LEGEND = { ...LEGEND, symbolStrokeColor: TEXT_COLOR };

/** A single curve. */
export function plain(color: string): Look {
  return { area: { color: { value: color } }, line: { color: { value: color } } };
}

/**
 * Curves that differ by colour, and by dash for who can't tell the colours apart.
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
  const legend = { ...LEGEND, ...(symbol === 'circle' ? DOT : {}), ...columns };
  const color = { field: column, type: 'nominal', scale, legend } as const;
  const dash = symbol === 'stroke' ? { strokeDash: { ...dashOf(column, domain), legend } } : {};
  return { area: { color }, line: { color, ...dash } };
}

/** Curves in an order, from dark to light: `names` of the column, as in the legend. */
export function shadedBy(column: string, names: readonly string[]): Look {
  const scale = { domain: [...names], scheme: { name: 'viridis', extent: [0, 0.9] } } as const;
  const color = {
    field: column,
    type: 'ordinal',
    scale,
    legend: { ...LEGEND, ...DOT, columns: LEGEND_COLUMNS },
  } as const;
  return { area: { color }, line: { color } };
}

/**
 * Curves of one colour that differ by dash.
 * @param names values of the column, which are their names in the legend; at most `MAX_DASHES`.
 */
export function dashedBy(column: string, names: readonly string[], color: string): Look {
  return {
    area: { color: { value: color }, detail: { field: column, type: 'nominal' } },
    line: { color: { value: color }, strokeDash: { ...dashOf(column, names), legend: GREY_LEGEND } },
  };
}

function dashOf(column: string, names: readonly string[]) {
  const scale = { domain: [...names], range: DASHES.slice(0, names.length) };
  return { field: column, type: 'nominal', scale } as const;
}
