import { marked } from 'marked';
import { escaped } from './escaped.ts';

/** A figure: its picture as HTML, and its caption in Markdown. */
export interface ShownFigure {
  readonly name: string;
  readonly picture: string;
  readonly caption: string;
}

/** The number of a figure, such as 'A7b', and its title, as the caption has them. */
export function titleOf(caption: string): { number: string; title: string } {
  const [, number = '', title = ''] = /^\*\*Figure (A?\d+[ab]?)\. (.*?)\.\*\*/.exec(caption) ?? [];
  return { number, title };
}

/** A figure in few words, for who can't see it. */
export function labelOf(caption: string): string {
  const { number, title } = titleOf(caption);
  return `Figure ${number}. ${title}`;
}

/** A figure with its caption. */
export function figureHtml({ name, picture, caption }: ShownFigure): string {
  return `<figure id="${escaped(name)}"><div class="picture">${picture}</div><figcaption>${marked.parseInline(caption, { async: false })}</figcaption></figure>`;
}

/**
 * An SVG to stand within a page: what it calls by name has names of its own, and it is one picture to who can't see it.
 */
export function inlineSvg(svg: string, name: string, caption: string): string {
  return svg
    .replaceAll(/ (?:role|aria-roledescription|aria-label)="[^"]*"/g, '')
    .replace(/^<svg /, `<svg role="img" aria-label="${escaped(labelOf(caption))}" `)
    .replaceAll(/\bid="([^"]*)"/g, `id="${name}-$1"`)
    .replaceAll(/url\(#([^)]*)\)/g, `url(#${name}-$1)`);
}
