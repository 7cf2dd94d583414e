import { colorOf, type Palette } from './palette.ts';

/** A row of pictures: the two patches of every sample side by side, all on one scale from -bound to bound. */
export interface GridRow {
  readonly palette: Palette;
  readonly bound: number;
  /** For each sample its two patches, 28×28 pixels row after row. */
  readonly samples: readonly (readonly [Float64Array, Float64Array])[];
}

/** Pictures on a white ground, a pixel of a patch a pixel: red, green and blue for each, row after row. */
export interface Pictures {
  readonly width: number;
  readonly height: number;
  readonly values: Uint8Array;
}

// In pixels of the patches.
/** Pixels of a patch along a side. */
export const SIDE = 28;
/** Number of pixels of a patch. */
export const PATCH_SIZE = SIDE * SIDE;
const PATCH_PITCH = SIDE + 1;
export const SAMPLE_PITCH = 2 * PATCH_PITCH + 4;
export const ROW_PITCH = SIDE + 5;

/** Draws rows of patches as one picture. */
export function picturesOf(rows: readonly GridRow[]): Pictures {
  const width = Math.max(...rows.map(({ samples }) => samples.length)) * SAMPLE_PITCH;
  const height = rows.length * ROW_PITCH;
  const values = new Uint8Array(3 * width * height).fill(255);
  rows.forEach(({ palette, bound, samples }, i) => {
    samples.forEach((patches, j) => {
      patches.forEach((patch, p) => {
        const corner = i * ROW_PITCH * width + j * SAMPLE_PITCH + p * PATCH_PITCH;
        patch.forEach((value, k) => {
          const place = corner + Math.floor(k / SIDE) * width + (k % SIDE);
          values.set(colorOf(palette, value, bound), 3 * place);
        });
      });
    });
  });
  return { width, height, values };
}
