import type { InputValue } from '../../engine/kind.ts';
import { fontFile, rasterizerFile } from '../formats/drawing.ts';

/** The input group of every figure: what it is drawn with. */
export const drawingInputs = { regular: fontFile, bold: fontFile, rasterizer: rasterizerFile } as const;

export type Drawing = InputValue<typeof drawingInputs>;
