import { marked } from 'marked';
import { ORIGINS, type Origin } from '../claims/claim.ts';
import { countsOf, PARTS } from '../claims/document.ts';
import { type Piece, piecesOf } from '../figure/notation.ts';
import type { MeasuredClaim } from '../formats/claims.ts';
import { threeDigits } from '../formats/in-digits.ts';

/** Text within HTML. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const CLASSES = { holds: 'holds', 'in part': 'part', 'does not hold': 'fails' } as const;

/** The claims, a table for each origin. */
export function claimsHtml(claims: readonly MeasuredClaim[]): string {
  const counted = (own: readonly MeasuredClaim[]) => Object.values(countsOf(own));
  const cells = (numbers: readonly number[]) => numbers.map((number) => `<td>${number}</td>`).join('');
  const ofOrigin = (origin: Origin) => claims.filter((claim) => claim.origin === origin);
  const summary = ORIGINS.map(
    (origin) =>
      `<tr><th scope="row"><a href="#claims-${origin}">${PARTS[origin]}</a></th>${cells(counted(ofOrigin(origin)))}</tr>`,
  );
  const parts = ORIGINS.map((origin) => {
    return `<h2 id="claims-${origin}">${PARTS[origin]}</h2>
<div class="wide"><table class="claims"><thead><tr><th scope="col">Claim</th><th scope="col">Verdict</th><th scope="col">Measured, 95 %</th><th scope="col">Criterion</th></tr></thead>
<tbody>${ofOrigin(origin).map(claimRow).join('\n')}</tbody></table></div>`;
  });
  return `<h2>The claims</h2>
<p>Each is a statement about one number, with a criterion declared in code. It holds if the whole 95 % interval over seeds meets the criterion.</p>
<table class="summary"><thead><tr><th scope="col">who says so</th><th scope="col">claims</th><th scope="col">hold</th><th scope="col">in part</th><th scope="col">do not</th></tr></thead>
<tbody>${summary.join('')}<tr><th scope="row">all</th>${cells(counted(claims))}</tr></tbody></table>
${parts.join('\n')}`;
}

function claimRow(claim: MeasuredClaim): string {
  const { id, statement, source, statistic, choices, estimate, interval, criterion, verdict } = claim;
  const [low, high] = interval.map(threeDigits);
  const more = choices === undefined ? statistic : `${statistic}. ${choices}`;
  return `<tr id="claim-${escaped(id)}"><td>${typeset(statement)}<small>${typeset(source)} · <code>${escaped(id)}</code><br>${typeset(more)}</small></td>
<td class="verdict ${CLASSES[verdict]}">${verdict}</td><td>${threeDigits(estimate)} [${low}, ${high}]</td><td>${typeset(criterion)}</td></tr>`;
}

/** Text of ours within HTML: what stands between back quotes is code, and what is below or above the line stands there. */
function typeset(text: string): string {
  return text
    .split('`')
    .map((part, i) => (i % 2 === 1 ? `<code>${escaped(part)}</code>` : piecesOf(part).map(pieceHtml).join('')))
    .join('');
}

function pieceHtml({ text, place }: Piece): string {
  if (place === 'line') return escaped(text);
  const tag = place === 'below' ? 'sub' : 'sup';
  return `<${tag}>${escaped(text)}</${tag}>`;
}

/** A figure: its picture as HTML, and its caption in Markdown. */
export interface ShownFigure {
  readonly name: string;
  readonly picture: string;
  readonly caption: string;
}

/** A figure with its caption. */
export function figureHtml({ name, picture, caption }: ShownFigure): string {
  return `<figure id="${escaped(name)}"><div class="picture">${picture}</div><figcaption>${marked.parseInline(caption, { async: false })}</figcaption></figure>`;
}

/** An SVG to stand within a page: what it calls by name has names of its own, and it is one picture to who can't see it. */
export function inlineSvg(svg: string, name: string): string {
  return svg
    .replaceAll(/ (?:role|aria-roledescription|aria-label)="[^"]*"/g, '')
    .replace(/^<svg /, `<svg role="img" aria-label="${escaped(name)}" `)
    .replaceAll(/\bid="([^"]*)"/g, `id="${name}-$1"`)
    .replaceAll(/url\(#([^)]*)\)/g, `url(#${name}-$1)`);
}
