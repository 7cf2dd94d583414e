import type { TopLevelSpec } from 'vega-lite';
import type { Chart } from '../formats/chart.ts';
import { jsonWithTables } from '../formats/json.ts';
import { type Caption, captionMarkdown, captionText } from './caption.ts';
import type { Drawing } from './drawing.ts';
import { fontsOf } from './font.ts';
import { panelSpec } from './panel.ts';
import { withDescription } from './png-text.ts';
import { pngOf } from './raster.ts';
import { svgOf } from './svg.ts';
import { THEME } from './theme.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** The forms of a figure. */
export interface RenderedFigure {
  /** A Vega-Lite specification with its data. */
  readonly spec: string;
  /** It and the PNG hold the caption as their description. */
  readonly svg: string;
  readonly png: Uint8Array;
  /** The caption, as Markdown. */
  readonly caption: string;
}

/** Draws a chart: the same bytes on any machine. Panels get letters. */
export async function renderFigure(chart: Chart, caption: Caption, drawing: Drawing): Promise<RenderedFigure> {
  const fonts = fontsOf(drawing);
  const description = captionText(caption);
  const spec = specOf(chart, description);
  const svg = await svgOf(spec, fonts, description);
  const png = withDescription(await pngOf(svg, fonts, drawing.rasterizer), description);
  return { spec: jsonWithTables(spec, 'datasets', chart.tables), svg, png, caption: captionMarkdown(caption) };
}

function specOf({ columns, panels, ownLegends = false, tables }: Chart, description: string): TopLevelSpec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description,
    config: THEME,
    columns,
    align: 'each',
    spacing: { row: 12, column: 16 },
    concat: panels.map((panel, i) =>
      panelSpec(panel, panels.length === 1 ? panel.title : `(${LETTERS[i]}) ${panel.title}`),
    ),
    ...(ownLegends
      ? { resolve: { scale: { color: 'independent', strokeDash: 'independent', shape: 'independent' } } }
      : {}),
    datasets: Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, [...rows]])),
  };
}
