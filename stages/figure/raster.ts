import type { Fonts } from './font.ts';

/** Pixels a CSS pixel. */
export const SCALE = 2;

/**
 * Draws an SVG as a PNG of two pixels a CSS pixel, in the fonts given and no others: the same bytes on any machine.
 * @param rasterizer the WebAssembly of resvg; that of the first call draws all that this module is asked for.
 */
export async function pngOf(svg: string, fonts: Fonts, rasterizer: Uint8Array): Promise<Uint8Array> {
  const { Resvg } = await resvg(rasterizer);
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

let started: Promise<typeof import('@resvg/resvg-wasm')> | undefined;

/** The library, whose WebAssembly can be started only once in a process. */
function resvg(rasterizer: Uint8Array): Promise<typeof import('@resvg/resvg-wasm')> {
  started ??= start(rasterizer);
  return started;
}

async function start(rasterizer: Uint8Array): Promise<typeof import('@resvg/resvg-wasm')> {
  const library = await import('@resvg/resvg-wasm');
  await library.initWasm(rasterizer);
  return library;
}
