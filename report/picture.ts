import { colorOf, type Palette } from '../stages/figure/palette.ts';
import { element } from './dom.ts';

/** Pixels of a row, and rows of a picture. */
export const SIDE = 28;

/** A canvas for a picture, one pixel a pixel. */
export function pictureCanvas(label: string): HTMLCanvasElement {
  return element('canvas', { width: String(SIDE), height: String(SIDE), role: 'img', 'aria-label': label });
}

/** Paints a picture in the colours of a scale from −bound to bound. */
export function paint(canvas: HTMLCanvasElement, pixels: Float64Array, palette: Palette, bound: number): void {
  const image = new ImageData(SIDE, SIDE);
  pixels.forEach((value, i) => {
    image.data.set([...colorOf(palette, value, bound), 255], 4 * i);
  });
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}
