import type { TopLevelSpec } from 'vega-lite';
import { StageError } from '../../engine/kind.ts';
import { type Caption, captionMarkdown, captionText } from './caption.ts';
import type { Drawing } from './drawing.ts';
import { fontsOf } from './font.ts';
import { type Panel, panelSpec } from './panel.ts';
import { withDescription } from './png-text.ts';
import { pngOf } from './raster.ts';
import { svgOf } from './svg.ts';
import { THEME } from './theme.ts';

/** A figure: panels in reading order, which get letters; the tables that they draw; and a caption. */
export interface Figure {
  readonly caption: Caption;
  /** Number of panels side by side. */
  readonly columns: number;
  readonly panels: readonly Panel[];
  /** Whether each panel has colours and a legend of its own. */
  readonly ownLegends?: boolean;
  readonly tables: Readonly<Record<string, readonly Readonly<Record<string, string | number>>[]>>;
}

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

/**
 * Draws a figure: the same bytes on any machine.
 * @throws {StageError} if a number of its tables is not finite.
 */
export async function renderFigure(figure: Figure, drawing: Drawing): Promise<RenderedFigure> {
  requireFinite(figure);
  const fonts = fontsOf(drawing);
  const spec = specOf(figure);
  const { caption } = figure;
  const svg = await svgOf(spec, fonts, captionText(caption));
  const png = withDescription(await pngOf(svg, fonts, drawing.rasterizer), captionText(caption));
  return { spec: specText(spec, figure.tables), svg, png, caption: captionMarkdown(caption) };
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

function specOf({ caption, columns, panels, ownLegends = false, tables }: Figure): TopLevelSpec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: captionText(caption),
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

/** The specification as indented JSON, except that a row of data is a line. */
function specText(spec: TopLevelSpec, tables: Figure['tables']): string {
  const datasets = Object.entries(tables).map(([name, rows]) => {
    const lines = rows.map((row) => `      ${JSON.stringify(row)}`);
    return `    ${JSON.stringify(name)}: [\n${lines.join(',\n')}\n    ]`;
  });
  const head = JSON.stringify({ ...spec, datasets: undefined }, null, 2).replace(/\n\}$/, '');
  return `${head},\n  "datasets": {\n${datasets.join(',\n')}\n  }\n}\n`;
}
