import type { Fonts } from './font.ts';

/** Pixels a CSS pixel: 384 to an inch. */
export const SCALE = 4;

/**
 * Draws an SVG as a PNG of `SCALE` pixels a CSS pixel, in the fonts given and no others: the same bytes on any machine.
 */
export function pngOf(svg: string, fonts: Fonts, rasterizer: Uint8Array): Promise<Uint8Array> {
  return rendered(svg, fonts, rasterizer, (image) => image.asPng());
}

/** The pixels of a picture without transparency: red, green, blue and 255 for each, row after row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly values: Uint8Array;
}

/** Draws an SVG without transparency, as `pngOf` does. */
export function pixelsOf(svg: string, fonts: Fonts, rasterizer: Uint8Array): Promise<Pixels> {
  return rendered(svg, fonts, rasterizer, ({ width, height, pixels }) => ({ width, height, values: pixels }));
}

type Library = typeof import('@resvg/resvg-wasm');

type RenderedImage = ReturnType<InstanceType<Library['Resvg']>['render']>;

/** @param rasterizer The WebAssembly of resvg; that of the first call draws all that this module is asked for. */
async function rendered<Result>(
  svg: string,
  fonts: Fonts,
  rasterizer: Uint8Array,
  resultOf: (image: RenderedImage) => Result,
): Promise<Result> {
  const { Resvg } = await resvg(rasterizer);
  const picture = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: SCALE },
    font: { fontBuffers: [fonts.regular.file, fonts.bold.file], defaultFontFamily: 'DejaVu Sans' },
  });
  const image = picture.render();
  const result = resultOf(image);
  image.free();
  picture.free();
  return result;
}

let started: Promise<Library> | undefined;

/** The library, whose WebAssembly can be started only once in a process. */
function resvg(rasterizer: Uint8Array): Promise<Library> {
  started ??= start(rasterizer);
  return started;
}

async function start(rasterizer: Uint8Array): Promise<Library> {
  const library = await import('@resvg/resvg-wasm');
  await library.initWasm(rasterizer);
  return library;
}
