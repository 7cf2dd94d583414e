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
  /** Lines of text above each sample. */
  readonly columnTitles: readonly (readonly string[])[];
  /** Lines of text beside each row. */
  readonly rowTitles: readonly (readonly string[])[];
  readonly rows: readonly GridRow[];
}

/** CSS pixels to a pixel of a patch: `SCALE` times that is a whole number of pixels. */
const ZOOM = 0.75;

// In CSS pixels.
const MARGIN = 2;
const LEFT = 116;
const TOP = MARGIN + 2.25 * LINE_HEIGHT;

/** The two forms of a grid: a picture that holds the caption as its description, and the caption as Markdown. */
export interface RenderedGrid {
  readonly png: Uint8Array;
  readonly caption: string;
}

/** Draws a grid of images: the same bytes on any machine. */
export async function renderGrid(grid: ImageGrid, drawing: Drawing): Promise<RenderedGrid> {
  const fonts = fontsOf(drawing);
  const pictures = picturesOf(grid.rows);
  const width = Math.ceil(LEFT + ZOOM * pictures.width + MARGIN);
  const height = Math.ceil(TOP + ZOOM * pictures.height + MARGIN);
  const texts = [
    ...grid.columnTitles.map((lines, i) => textAt(LEFT + ZOOM * i * SAMPLE_PITCH, MARGIN + TITLE_SIZE, lines)),
    ...grid.rowTitles.map((lines, i) => textAt(MARGIN, TOP + ZOOM * i * ROW_PITCH + LABEL_SIZE, lines)),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
<rect width="100%" height="100%" fill="white"/>
<g font-family="${FONT_FAMILY}" fill="${TEXT_COLOR}">${texts.join('\n')}</g>
</svg>`;
  const png = await pngWith(await pixelsOf(svg, fonts, drawing.rasterizer), pictures);
  return { png: withDescription(png, captionText(grid.caption)), caption: captionMarkdown(grid.caption) };
}

/** A page with its pictures, as PNG. */
async function pngWith(page: Pixels, pictures: Pictures): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const { width, height } = pictures;
  const magnified = sharp(pictures.values, { raw: { width, height, channels: 3 } }).resize({
    width: SCALE * ZOOM * width,
    height: SCALE * ZOOM * height,
    kernel: 'nearest',
  });
  const { data, info } = await magnified.raw().toBuffer({ resolveWithObject: true });
  return sharp(page.values, { raw: { width: page.width, height: page.height, channels: 4 } })
    .composite([{ input: data, raw: info, left: SCALE * LEFT, top: SCALE * TOP }])
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
