import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Drawing } from '../../stages/figure/drawing.ts';

/** What the stage `drawing` makes, read from the packages: its own imports are for the bundler. */
export const DRAWING: Drawing = {
  regular: fileOf('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  bold: fileOf('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
  rasterizer: fileOf('@resvg/resvg-wasm/index_bg.wasm'),
};

function fileOf(specifier: string): Uint8Array {
  return readFileSync(fileURLToPath(import.meta.resolve(specifier)));
}
