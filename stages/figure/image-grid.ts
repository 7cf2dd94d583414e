import { type Caption, wrap } from './caption.ts';
import type { Drawing } from './drawing.ts';
import { fontsOf } from './font.ts';
import { type GridRow, type Pictures, picturesOf, ROW_PITCH, SAMPLE_PITCH } from './pictures.ts';
import { type Pixels, pixelsOf, SCALE } from './raster.ts';
import { CAPTION_SIZE, FONT_FAMILY, LINE_HEIGHT, TEXT_COLOR, TITLE_SIZE } from './theme.ts';

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
const ZOOM = 1.5;

// In CSS pixels.
const MARGIN = 10;
const LEFT = 140;
const TOP = MARGIN + 2.25 * LINE_HEIGHT;
const CAPTION_GAP = 24;

/** Draws a grid of images as PNG, two pixels a CSS pixel: the same bytes on any machine. */
export async function imageGridPng(grid: ImageGrid, drawing: Drawing): Promise<Uint8Array> {
  const fonts = fontsOf(drawing);
  const pictures = picturesOf(grid.rows);
  const picturesWidth = ZOOM * pictures.width;
  const picturesHeight = Math.ceil(ZOOM * pictures.height);
  const width = LEFT + picturesWidth + MARGIN;
  const captionLines = wrap(grid.caption.text, width - 2 * MARGIN, fonts.regular, CAPTION_SIZE);
  const captionTop = TOP + picturesHeight + CAPTION_GAP;
  const height = captionTop + captionLines.length * LINE_HEIGHT + MARGIN;
  const texts = [
    ...grid.columnTitles.map((lines, i) => textAt(LEFT + ZOOM * i * SAMPLE_PITCH, MARGIN + TITLE_SIZE, lines)),
    ...grid.rowTitles.map((lines, i) => textAt(MARGIN, TOP + ZOOM * i * ROW_PITCH + LINE_HEIGHT, lines)),
    textAt(MARGIN, captionTop, [grid.caption.title, ...captionLines]),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
<rect width="100%" height="100%" fill="white"/>
<g font-family="${FONT_FAMILY}" fill="${TEXT_COLOR}">${texts.join('\n')}</g>
</svg>`;
  return pngWith(await pixelsOf(svg, fonts, drawing.rasterizer), pictures);
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
    const font = i === 0 ? `font-size="${TITLE_SIZE}" font-weight="bold"` : `font-size="${CAPTION_SIZE}"`;
    return `<text x="${x}" y="${y + i * LINE_HEIGHT}" ${font}>${escapeXml(text)}</text>`;
  };
  return lines.map(line).join('\n');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
