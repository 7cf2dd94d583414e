import * as v from 'valibot';
import { markdownOf } from './notation.ts';

/**
 * Params of every figure: what its caption says beyond what the figure itself knows. Sentences without their full stop.
 */
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

/** A caption: a title, and running text below it, in our notation. */
export interface Caption {
  readonly title: string;
  readonly text: string;
}

/**
 * The caption of a figure: its number and title; what it shows; the setting; what the paper states and what it does
 * not.
 */
export function captionOf(params: v.InferOutput<typeof captionSchema>, title: string, shows: string): Caption {
  const { figure, setting, stated, reconstructed } = params;
  return {
    title: `${figure}. ${title}`,
    text: `${shows} Setting: ${setting}. Stated by the paper: ${stated}. Our reconstruction: ${reconstructed}.`,
  };
}

/** A caption as Markdown, for a file beside the figure. */
export function captionMarkdown({ title, text }: Caption): string {
  return `**${markdownOf(sentence(title))}** ${markdownOf(text)}\n`;
}

/** A caption as plain text, for what travels inside a picture. */
export function captionText({ title, text }: Caption): string {
  return `${sentence(title)} ${text}`;
}

function sentence(title: string): string {
  return title.endsWith('?') ? title : `${title}.`;
}
