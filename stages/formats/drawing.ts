import { bytesFormat } from './bytes.ts';

/** A TrueType font. */
export const fontFile = bytesFormat('font', 'ttf');

/** What draws an SVG as pixels: the WebAssembly module of resvg. */
export const rasterizerFile = bytesFormat('rasterizer', 'wasm');
