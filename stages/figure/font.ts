import type { Drawing } from './drawing.ts';

/** A TrueType font: its file, and the widths of its characters. */
export interface Font {
  readonly file: Uint8Array;
  /** Width of a line of text in pixels, without kerning, at a font size in pixels. */
  widthOf(text: string, size: number): number;
}

/** The fonts that every figure is drawn with. */
export interface Fonts {
  readonly regular: Font;
  readonly bold: Font;
}

/** The fonts of a drawing. */
export function fontsOf({ regular, bold }: Omit<Drawing, 'rasterizer'>): Fonts {
  return { regular: fontOf(regular), bold: fontOf(bold) };
}

function fontOf(file: Uint8Array): Font {
  const bytes = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const unitsPerEm = bytes.getUint16(tableAt(bytes, 'head') + 18);
  const glyphs = glyphsOf(bytes);
  const widths = advanceWidthsOf(bytes);
  const widthOf = (text: string, size: number) => {
    const units = Array.from(text, (character) => widths[glyphs.get(character.codePointAt(0) ?? 0) ?? 0]);
    return (units.reduce((sum, width) => sum + width, 0) * size) / unitsPerEm;
  };
  return { file, widthOf };
}

/** Offset of a table in a TrueType file, by its tag of four letters. */
function tableAt(bytes: DataView, tag: string): number {
  const count = bytes.getUint16(4);
  for (let entry = 12; entry < 12 + 16 * count; entry += 16) {
    const letters = [0, 1, 2, 3].map((i) => String.fromCharCode(bytes.getUint8(entry + i)));
    if (letters.join('') === tag) return bytes.getUint32(entry + 8);
  }
  throw new Error(`the font has no table '${tag}'`);
}

/** Number of the glyph of each code point, from the ranges of the character map (format 12). */
function glyphsOf(bytes: DataView): Map<number, number> {
  const map = tableAt(bytes, 'cmap');
  const subtables = Array.from({ length: bytes.getUint16(map + 2) }, (_, i) => map + bytes.getUint32(map + 8 + 8 * i));
  const ranges = subtables.find((subtable) => bytes.getUint16(subtable) === 12);
  if (ranges === undefined) throw new Error('the font has no character map of format 12');
  const glyphs = new Map<number, number>();
  for (let range = 0; range < bytes.getUint32(ranges + 12); range++) {
    const at = ranges + 16 + 12 * range;
    const [first, last, glyph] = [bytes.getUint32(at), bytes.getUint32(at + 4), bytes.getUint32(at + 8)];
    for (let code = first; code <= last; code++) glyphs.set(code, glyph + code - first);
  }
  return glyphs;
}

/** Advance width of each glyph, in font units. */
function advanceWidthsOf(bytes: DataView): number[] {
  const count = bytes.getUint16(tableAt(bytes, 'hhea') + 34);
  const metrics = tableAt(bytes, 'hmtx');
  return Array.from({ length: count }, (_, glyph) => bytes.getUint16(metrics + 4 * glyph));
}
