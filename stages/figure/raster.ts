import { readFile } from 'node:fs/promises';
import type { Fonts } from './font.ts';

/** Pixels a CSS pixel. */
export const SCALE = 2;

/** Draws an SVG as a PNG of two pixels a CSS pixel, in the fonts given and no others: the same bytes on any machine. */
export async function pngOf(svg: string, fonts: Fonts): Promise<Uint8Array> {
  const { Resvg } = await resvg();
  const picture = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: SCALE },
    font: { fontBuffers: [fonts.regular.file, fonts.bold.file], defaultFontFamily: 'DejaVu Sans' },
  });
  const image = picture.render();
  const png = image.asPng();
  image.free();
  picture.free();
  return png;
}

let loaded: Promise<typeof import('@resvg/resvg-wasm')> | undefined;

/** The library, whose WebAssembly can be started only once in a process. */
function resvg(): Promise<typeof import('@resvg/resvg-wasm')> {
  loaded ??= start();
  return loaded;
}

async function start(): Promise<typeof import('@resvg/resvg-wasm')> {
  const library = await import('@resvg/resvg-wasm');
  await library.initWasm(await readFile(new URL(import.meta.resolve('@resvg/resvg-wasm/index_bg.wasm'))));
  return library;
}
