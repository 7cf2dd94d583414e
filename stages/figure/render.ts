import type { TopLevelSpec } from 'vega-lite';
import { StageError } from '../../engine/kind.ts';
import { type Caption, wrap } from './caption.ts';
import type { Drawing } from './drawing.ts';
import { type Fonts, fontsOf } from './font.ts';
import type { Panel } from './panel.ts';
import { pngOf } from './raster.ts';
import { svgOf } from './svg.ts';
import { CAPTION_SIZE, FIGURE_WIDTH, THEME } from './theme.ts';

/** A figure: panels in reading order, the tables that they draw, and a caption below them. */
export interface Figure {
  readonly caption: Caption;
  /** Number of panels side by side. */
  readonly columns: number;
  readonly panels: readonly Panel[];
  /** Whether each panel has colours and a legend of its own. */
  readonly ownLegends?: boolean;
  readonly tables: Readonly<Record<string, readonly Readonly<Record<string, string | number>>[]>>;
}

/** The three forms of a figure. */
export interface RenderedFigure {
  /** A Vega-Lite specification with its data. */
  readonly spec: string;
  readonly svg: string;
  /** Of twice the size. */
  readonly png: Uint8Array;
}

/**
 * Draws a figure: the same bytes on any machine.
 * @throws {StageError} if a number of its tables is not finite.
 */
export async function renderFigure(figure: Figure, drawing: Drawing): Promise<RenderedFigure> {
  requireFinite(figure);
  const fonts = fontsOf(drawing);
  const spec = specOf(figure, fonts);
  const svg = await svgOf(spec, fonts);
  return { spec: specText(spec, figure.tables), svg, png: await pngOf(svg, fonts, drawing.rasterizer) };
}

function requireFinite({ caption, tables }: Figure): void {
  for (const row of Object.values(tables).flat()) {
    for (const [column, value] of Object.entries(row)) {
      if (typeof value === 'string' || Number.isFinite(value)) continue;
      const where = Object.entries(row).map(([name, cell]) => `${name} = ${cell}`);
      throw new StageError(`${caption.title}: ${column} is not a finite number where ${where.join(', ')}`);
    }
  }
}

function specOf({ caption, columns, panels, ownLegends = false, tables }: Figure, fonts: Fonts): TopLevelSpec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: caption.title,
    config: THEME,
    title: {
      text: caption.title,
      subtitle: wrap(caption.text, FIGURE_WIDTH, fonts.regular, CAPTION_SIZE),
      orient: 'bottom',
      anchor: 'start',
      frame: 'bounds',
      offset: 14,
    },
    columns,
    align: 'each',
    spacing: { row: 18, column: 24 },
    concat: [...panels],
    ...(ownLegends ? { resolve: { scale: { color: 'independent', strokeDash: 'independent' } } } : {}),
    datasets: Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, [...rows]])),
  };
}

/** The specification as indented JSON, except that a row of data is a line. */
function specText(spec: TopLevelSpec, tables: Figure['tables']): string {
  const datasets = Object.entries(tables).map(([name, rows]) => {
    const lines = rows.map((row) => `      ${JSON.stringify(row)}`);
    return `    ${JSON.stringify(name)}: [\n${lines.join(',\n')}\n    ]`;
  });
  const head = JSON.stringify({ ...spec, datasets: undefined }, null, 2).replace(/\n\}$/, '');
  return `${head},\n  "datasets": {\n${datasets.join(',\n')}\n  }\n}\n`;
}
