import type { Drawing } from './drawing.ts';
import { fontsOf } from './font.ts';
import { SIDE } from './pictures.ts';
import { pixelsOf, SCALE } from './raster.ts';
import { FONT_FAMILY } from './theme.ts';

/** A letter as a patch: white on black, from 0 to 1, in the middle of 28×28 pixels, row after row. */
export async function glyphOf(letter: string, drawing: Drawing): Promise<Float64Array> {
  const side = SIDE / SCALE;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">
<rect width="100%" height="100%" fill="black"/>
<text x="${side / 2}" y="${0.8 * side}" font-family="${FONT_FAMILY}" font-size="${0.85 * side}" text-anchor="middle" fill="white">&#${letter.codePointAt(0)};</text>
</svg>`;
  const { values } = await pixelsOf(svg, fontsOf(drawing), drawing.rasterizer);
  return Float64Array.from({ length: SIDE * SIDE }, (_, k) => values[4 * k] / 255);
}
