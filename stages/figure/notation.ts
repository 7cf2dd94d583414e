/** A piece of a text, on the line, below it or above it. */
export interface Piece {
  readonly text: string;
  readonly place: 'line' | 'below' | 'above';
}

/** A letter with a subscript, σ_ξ, μ_-1 or F_{+1}, or with an exponent, α^(1/3) or x^p. */
const SCRIPTS =
  /(?<=[\p{L})])(?:_(?:\{(?<inBraces>[^}]*)\}|(?<below>-?(?:\p{L}|\p{Nd}+)))|\^(?:\((?<inParentheses>[^)]*)\)|(?<above>\p{L}|\p{Nd}+)))/gu;

/**
 * The pieces of a text in the notation of our captions and labels: `_` before a subscript and `^` before an exponent.
 * What takes more than a letter or a number stands in braces below, and in parentheses above.
 */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(SCRIPTS)) {
    const { inBraces, below = inBraces, inParentheses, above = inParentheses } = match.groups ?? {};
    pieces.push({ text: text.slice(from, match.index), place: 'line' });
    pieces.push(below === undefined ? { text: above ?? '', place: 'above' } : { text: minus(below), place: 'below' });
    from = match.index + match[0].length;
  }
  return [...pieces, { text: text.slice(from), place: 'line' as const }].filter((piece) => piece.text !== '');
}

/** The same as Markdown, with HTML for what is below and above the line. */
export function markdownOf(text: string): string {
  const tags = { line: undefined, below: 'sub', above: 'sup' } as const;
  return piecesOf(text)
    .map(({ text, place }) => {
      const escaped = text.replace(/[\\`*_[\]<>|&]/g, (sign) => ESCAPES[sign] ?? `\\${sign}`);
      const tag = tags[place];
      return tag === undefined ? escaped : `<${tag}>${escaped}</${tag}>`;
    })
    .join('');
}

const ESCAPES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };

/** Size of what is below and above, by that of the line, and how far it is from it. */
const SCRIPT_SIZE = 0.72;
const SHIFT = { line: 0, below: 0.22, above: -0.36 } as const;

/** The same as the content of an SVG text of a size, with each script a span that is shifted and smaller. */
export function svgTextOf(text: string, size: number): string {
  let shift = 0;
  return piecesOf(text)
    .map(({ text, place }) => {
      const dy = round((SHIFT[place] - shift) * size);
      shift = SHIFT[place];
      const escaped = text.replace(/[<>&]/g, (sign) => ESCAPES[sign] ?? sign);
      const font = place === 'line' ? '' : ` font-size="${round(SCRIPT_SIZE * size)}px"`;
      return dy === 0 && font === '' ? escaped : `<tspan dy="${dy}"${font}>${escaped}</tspan>`;
    })
    .join('');
}

function minus(subscript: string): string {
  return subscript.replace('-', '−');
}

function round(length: number): number {
  return Math.round(1000 * length) / 1000;
}
