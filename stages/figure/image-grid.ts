import { type Caption, captionMarkdown, captionText } from './caption.ts';
import type { Drawing } from './drawing.ts';
import { fontsOf } from './font.ts';
import { svgTextOf } from './notation.ts';
import { type GridRow, type Pictures, picturesOf, ROW_PITCH, SAMPLE_PITCH } from './pictures.ts';
import { withDescription } from './png-text.ts';
import { type Pixels, pixelsOf, SCALE } from './raster.ts';
import { FONT_FAMILY, LABEL_SIZE, LINE_HEIGHT, TEXT_COLOR, TITLE_SIZE } from './theme.ts';

/** Patches as pictures in rows and columns, with their titles and a caption. */
export interface ImageGrid {
  readonly caption: Caption;
  /** Below each other. */
  readonly blocks: readonly GridBlock[];
}

/** Rows of pictures below the titles of their columns. */
export interface GridBlock {
  /** Lines of text above each column, as many for each. */
  readonly columnTitles: readonly (readonly string[])[];
  /** Rows with lines of text beside them. */
  readonly rows: readonly { readonly titles: readonly string[]; readonly pictures: GridRow }[];
}

/** CSS pixels to a pixel of a patch: `SCALE` times that is a whole number of pixels. */
const ZOOM = 0.75;

// In CSS pixels.
const MARGIN = 2;
const LEFT = 116;
/** Between the titles of columns and the pictures. */
const TITLE_GAP = 0.25 * LINE_HEIGHT;

/** The two forms of a grid: a picture that holds the caption as its description, and the caption as Markdown. */
export interface RenderedGrid {
  readonly png: Uint8Array;
  readonly caption: string;
}

/** Draws a grid of images: the same bytes on any machine. */
export async function renderGrid(grid: ImageGrid, drawing: Drawing): Promise<RenderedGrid> {
  const fonts = fontsOf(drawing);
  const { placed, bottom } = placedBelow(grid.blocks);
  const width = Math.ceil(LEFT + ZOOM * Math.max(...placed.map(({ pictures }) => pictures.width)) + MARGIN);
  const height = Math.ceil(bottom + MARGIN);
  const texts = placed.flatMap(({ block, titlesAt, top }) => [
    ...block.columnTitles.map((lines, i) => textAt(LEFT + ZOOM * i * SAMPLE_PITCH, titlesAt + TITLE_SIZE, lines)),
    ...block.rows.map(({ titles }, i) => textAt(MARGIN, top + ZOOM * i * ROW_PITCH + LABEL_SIZE, titles)),
  ]);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
<rect width="100%" height="100%" fill="white"/>
<g font-family="${FONT_FAMILY}" fill="${TEXT_COLOR}">${texts.join('\n')}</g>
</svg>`;
  const png = await pngWith(await pixelsOf(svg, fonts, drawing.rasterizer), placed);
  return { png: withDescription(png, captionText(grid.caption)), caption: captionMarkdown(grid.caption) };
}

/** A block, and in CSS pixels from above where its titles and its pictures begin. */
interface PlacedBlock {
  readonly block: GridBlock;
  readonly pictures: Pictures;
  readonly titlesAt: number;
  readonly top: number;
}

function placedBelow(blocks: readonly GridBlock[]): { placed: PlacedBlock[]; bottom: number } {
  let bottom = MARGIN;
  const placed = blocks.map((block) => {
    const pictures = picturesOf(block.rows.map((row) => row.pictures));
    const titlesAt = bottom;
    const lines = Math.max(...block.columnTitles.map(({ length }) => length));
    const top = titlesAt + lines * LINE_HEIGHT + TITLE_GAP;
    bottom = top + ZOOM * pictures.height;
    return { block, pictures, titlesAt, top };
  });
  return { placed, bottom };
}

/** A page with its pictures, as PNG. */
async function pngWith(page: Pixels, placed: readonly PlacedBlock[]): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const magnified = placed.map(async ({ pictures: { width, height, values }, top }) => {
    const resized = sharp(values, { raw: { width, height, channels: 3 } }).resize({
      width: SCALE * ZOOM * width,
      height: SCALE * ZOOM * height,
      kernel: 'nearest',
    });
    const { data, info } = await resized.raw().toBuffer({ resolveWithObject: true });
    return { input: data, raw: info, left: SCALE * LEFT, top: SCALE * top };
  });
  return sharp(page.values, { raw: { width: page.width, height: page.height, channels: 4 } })
    .composite(await Promise.all(magnified))
    .removeAlpha()
    .png()
    .toBuffer();
}

/** Lines of text below each other, the first in bold; `y` is the base line of the first. */
function textAt(x: number, y: number, lines: readonly string[]): string {
  const line = (text: string, i: number) => {
    const [size, weight] = i === 0 ? [LABEL_SIZE - 0.5, ' font-weight="bold"'] : [LABEL_SIZE - 1, ''];
    return `<text x="${x}" y="${y + i * (LINE_HEIGHT - 2)}" font-size="${size}"${weight}>${svgTextOf(text, size)}</text>`;
  };
  return lines.map(line).join('\n');
}
