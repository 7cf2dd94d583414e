type Color = readonly [red: number, green: number, blue: number];

/** Colours of the values from -bound through 0 to bound; between them they are mixed linearly. */
export interface Palette {
  readonly low: Color;
  readonly zero: Color;
  readonly high: Color;
}

/** For images: negative is black, zero grey, positive white. */
export const GREYS: Palette = { low: [0, 0, 0], zero: [127, 127, 127], high: [255, 255, 255] };

/** For values whose sign matters: negative is blue, zero white, positive red. Safe for the colour-blind. */
export const SIGNED: Palette = { low: [5, 48, 97], zero: [255, 255, 255], high: [178, 24, 43] };

/** The colour of a value of a scale from -bound to bound, each part from 0 to 255. */
export function colorOf({ low, zero, high }: Palette, value: number, bound: number): number[] {
  const end = value < 0 ? low : high;
  const share = Math.min(Math.abs(value) / bound, 1);
  return zero.map((part, i) => Math.round(part + share * (end[i] - part)));
}
