import * as v from 'valibot';
import type { Font } from './font.ts';

/** Params of every figure: what its caption says beyond what the figure itself knows. Sentences without their full stop. */
export const captionSchema = v.strictObject({
  /** Its number in the paper, e.g. `Figure 2`, and what else is to be said at once. */
  figure: v.pipe(v.string(), v.minLength(1)),
  /** The sizes, steps and stopping rule of the experiment, e.g. `n = 30, d = 1000, m = 20, t = 0.2`. */
  setting: v.pipe(v.string(), v.minLength(1)),
  /** What of the figure the paper states. */
  stated: v.pipe(v.string(), v.minLength(1)),
  /** What of it is our reconstruction. */
  reconstructed: v.pipe(v.string(), v.minLength(1)),
});

/** A caption: a title, and running text below it. */
export interface Caption {
  readonly title: string;
  readonly text: string;
}

/** The caption of a figure: its number and title; what it shows; the setting; what the paper states and what it does not. */
export function captionOf(params: v.InferOutput<typeof captionSchema>, title: string, shows: string): Caption {
  const { figure, setting, stated, reconstructed } = params;
  return {
    title: `${figure}. ${title}`,
    text: `${shows} Setting: ${setting}. Stated by the paper: ${stated}. Our reconstruction: ${reconstructed}.`,
  };
}

/** Breaks text into lines no wider than `width` pixels, not within `n = 30`; a longer word stands on a line of its own. */
export function wrap(text: string, width: number, font: Font, size: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/(?<!=) (?!=)/)) {
    const line = lines.at(-1);
    const longer = `${line} ${word}`;
    if (line !== undefined && font.widthOf(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
