import { artifactType } from '../../engine/kind.ts';
import { numbersInText } from './numbers-in-text.ts';

/** A figure as a Vega-Lite specification with its data inline. */
export const figureSpec = artifactType('vega-lite', 'vl.json', numbersInText);

/** A figure as a picture of lines and text; its text is drawn in DejaVu Sans, or in the reader's own sans-serif font. */
export const figureSvg = artifactType('svg', 'svg', numbersInText);

/** A figure as a picture of pixels, two a CSS pixel. */
export const figurePng = artifactType('png', 'png');
