import crc32 from 'crc-32';

/** Length, type and checksum of a chunk, and the header of a PNG with the first chunk, IHDR. */
const AROUND = 12;
const HEADER = 8 + AROUND + 13;
/** An iTXt chunk: keyword, no compression, no language, no translated keyword. */
const HEAD = 'Description\0\0\0\0\0';

/** A PNG with a text, in UTF-8, as its description. */
export function withDescription(png: Uint8Array, text: string): Uint8Array {
  const data = new TextEncoder().encode(`iTXt${HEAD}${text}`);
  const chunk = new Uint8Array(AROUND - 4 + data.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length - 4);
  chunk.set(data, 4);
  view.setInt32(4 + data.length, crc32.buf(data));
  const whole = new Uint8Array(png.length + chunk.length);
  whole.set(png.subarray(0, HEADER));
  whole.set(chunk, HEADER);
  whole.set(png.subarray(HEADER), HEADER + chunk.length);
  return whole;
}
