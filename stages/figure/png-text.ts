import crc32 from 'crc-32';
import { SCALE } from './raster.ts';

/** Length, type and checksum of a chunk, and the header of a PNG with the first chunk, IHDR. */
const AROUND = 12;
const HEADER = 8 + AROUND + 13;
/** Of an iTXt chunk: keyword, no compression, no language, no translated keyword. */
const HEAD = 'Description\0\0\0\0\0';
const CSS_PIXELS_PER_METRE = 96 / 0.0254;
/** The unit of a pHYs chunk is the metre. */
const METRE = 1;

/** A PNG of `SCALE` pixels a CSS pixel that says so, with a text, in UTF-8, as its description. */
export function withDescription(png: Uint8Array, text: string): Uint8Array {
  const density = new DataView(new ArrayBuffer(9));
  for (const at of [0, 4]) density.setUint32(at, Math.round(SCALE * CSS_PIXELS_PER_METRE));
  density.setUint8(8, METRE);
  const chunks = [
    chunk('pHYs', new Uint8Array(density.buffer)),
    chunk('iTXt', new TextEncoder().encode(`${HEAD}${text}`)),
  ];
  const parts = [png.subarray(0, HEADER), ...chunks, png.subarray(HEADER)];
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(AROUND + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setInt32(8 + data.length, crc32.buf(bytes.subarray(4, 8 + data.length)));
  return bytes;
}
