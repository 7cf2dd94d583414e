import * as v from 'valibot';
import { defineKind } from '../engine/kind.ts';
import { fontFile, rasterizerFile } from './formats/drawing.ts';

/**
 * What figures are drawn with: DejaVu Sans in two weights, and the WebAssembly of resvg. So no figure depends on the
 * fonts of a machine.
 */
export default defineKind({
  name: 'drawing',
  module: import.meta.url,
  params: v.strictObject({}),
  inputs: {},
  outputs: { regular: fontFile, bold: fontFile, rasterizer: rasterizerFile },
  async run() {
    const [regular, bold, rasterizer] = await Promise.all([
      import('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
      import('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
      import('@resvg/resvg-wasm/index_bg.wasm'),
    ]);
    return { regular: regular.default, bold: bold.default, rasterizer: rasterizer.default };
  },
});
