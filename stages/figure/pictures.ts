import { colorOf, type Palette } from './palette.ts';

/** A row of pictures: the two patches of every sample side by side, all on one scale from -bound to bound. */
export interface GridRow {
  readonly palette: Palette;
  readonly bound: number;
  /** For each sample its two patches, 28×28 pixels row after row. */
  readonly samples: readonly (readonly [Float64Array, Float64Array])[];
}

/** Pictures on a white ground. */
export interface Pictures {
  /** In pixels of the patches. */
  readonly width: number;
  readonly height: number;
  /** Its size is a multiple of the above. */
  readonly png: Uint8Array;
}

// In pixels of the patches.
const SIDE = 28;
/** Number of pixels of a patch. */
export const PATCH_SIZE = SIDE * SIDE;
const PATCH_PITCH = SIDE + 1;
export const SAMPLE_PITCH = 2 * PATCH_PITCH + 4;
export const ROW_PITCH = SIDE + 5;

/** Pixels of the PNG along a pixel of a patch. */
const MAGNIFICATION = 3;

/** Draws rows of patches as one picture. */
export async function picturesOf(rows: readonly GridRow[]): Promise<Pictures> {
  const { default: sharp } = await import('sharp');
  const width = Math.max(...rows.map(({ samples }) => samples.length)) * SAMPLE_PITCH;
  const height = rows.length * ROW_PITCH;
  const pixels = new Uint8Array(3 * width * height).fill(255);
  rows.forEach(({ palette, bound, samples }, i) => {
    samples.forEach((patches, j) => {
      patches.forEach((patch, p) => {
        const corner = i * ROW_PITCH * width + j * SAMPLE_PITCH + p * PATCH_PITCH;
        patch.forEach((value, k) => {
          const place = corner + Math.floor(k / SIDE) * width + (k % SIDE);
          pixels.set(colorOf(palette, value, bound), 3 * place);
        });
      });
    });
  });
  const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize({ width: MAGNIFICATION * width, height: MAGNIFICATION * height, kernel: 'nearest' })
    .png()
    .toBuffer();
  return { width, height, png };
}
