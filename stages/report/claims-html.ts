import { StageError } from '../../engine/kind.ts';
import { ORIGINS, type Origin } from '../claims/claim.ts';
import { countsOf, PARTS } from '../claims/document.ts';
import { type Piece, piecesOf } from '../figure/notation.ts';
import type { MeasuredClaim } from '../formats/claims.ts';
import { threeDigits } from '../formats/in-digits.ts';
import { escaped } from './escaped.ts';
import { labelOf, type ShownFigure, titleOf } from './figure-html.ts';

const VERDICTS = { holds: 'holds', 'in part': 'part', 'does not hold': 'fails' } as const;
/** Which claims are shown: all, or those of a verdict. */
const SHOWN = [
  ['all', 'all'],
  ['holds', 'what holds'],
  ['part', 'what holds in part'],
  ['fails', 'what does not hold'],
] as const;

/** What texts may link to. */
export interface Places {
  readonly figures: readonly ShownFigure[];
  readonly claims: readonly MeasuredClaim[];
}

/**
 * The claims: those in short that are named, how many hold, links to the figures, and a table for each origin.
 * @throws {StageError} if there is no claim of a name.
 */
export function claimsHtml(places: Places, headlines: readonly string[]): string {
  const { claims, figures } = places;
  const counted = (own: readonly MeasuredClaim[]) => Object.values(countsOf(own));
  const cells = (numbers: readonly number[]) => numbers.map((number) => `<td>${number}</td>`).join('');
  const ofOrigin = (origin: Origin) => claims.filter((claim) => claim.origin === origin);
  const summary = ORIGINS.map(
    (origin) =>
      `<tr><th scope="row"><a href="#claims-${origin}">${PARTS[origin]}</a></th>${cells(counted(ofOrigin(origin)))}</tr>`,
  );
  const shown = SHOWN.map(
    ([id, label]) =>
      `<label><input type="radio" name="shown" id="shown-${id}"${id === 'all' ? ' checked' : ''}> ${label}</label>`,
  );
  const parts = ORIGINS.map((origin) => {
    return `<h3 id="claims-${origin}">${PARTS[origin]}</h3>
<div class="wide"><table class="claims"><thead><tr><th scope="col">Verdict</th><th scope="col">Claim</th><th scope="col">Measured, 95 %</th><th scope="col">Criterion</th></tr></thead>
<tbody>${ofOrigin(origin)
      .map((claim) => claimRow(claim, places))
      .join('\n')}</tbody></table></div>`;
  });
  const links = figures.map(({ name, caption }) => {
    const label = escaped(labelOf(caption));
    return `<a href="#${escaped(name)}" title="${label}" aria-label="${label}">${titleOf(caption).number}</a>`;
  });
  const inShort = headlines.map((id) => headlineHtml(id, places));
  return `<h2>In short</h2>
<ul class="headlines">${inShort.join('\n')}</ul>
<h2>The claims</h2>
<p>Each is a statement about one number, with a criterion declared in code. It holds if the whole 95 % interval over seeds meets the criterion, does not hold if none of it does, and else holds in part.</p>
<table class="summary"><thead><tr><th scope="col">who says so</th><th scope="col">claims</th><th scope="col">hold</th><th scope="col">in part</th><th scope="col">do not</th></tr></thead>
<tbody>${summary.join('')}<tr><th scope="row">all</th>${cells(counted(claims))}</tr></tbody></table>
<p class="links">To the figures: ${links.join(' ')}</p>
<fieldset class="shown"><legend>Claims to show</legend>${shown.join('\n')}</fieldset>
${parts.join('\n')}`;
}

function headlineHtml(id: string, places: Places): string {
  const claim = places.claims.find((each) => each.id === id);
  if (claim === undefined) throw new StageError(`there is no claim '${id}' to begin the page with`);
  const { statement, verdict, criterion } = claim;
  return `<li data-verdict="${VERDICTS[verdict]}"><span class="verdict">${verdict}</span> <div>${typeset(statement, places)} <small>Measured <a href="#claim-${escaped(id)}">${measured(claim)}</a>; criterion: ${typeset(criterion, places)}.</small></div></li>`;
}

function measured({ estimate, interval }: MeasuredClaim): string {
  return `${threeDigits(estimate)} <span>[${interval.map(threeDigits).join(', ')}]</span>`;
}

function claimRow(claim: MeasuredClaim, places: Places): string {
  const { id, statement, source, statistic, choices, criterion, verdict } = claim;
  const more = choices === undefined ? statistic : `${statistic}. ${choices}`;
  const [said, told, asked] = [source, more, criterion].map((text) => typeset(text, places));
  return `<tr id="claim-${escaped(id)}" data-verdict="${VERDICTS[verdict]}"><td class="verdict">${verdict}</td><td>${typeset(statement, places)}<small>${said} · <a href="#claim-${escaped(id)}"><code>${escaped(id)}</code></a><br>${told}</small></td>
<td>${measured(claim)}</td><td>${asked}</td></tr>`;
}

/**
 * Text of ours as HTML: what stands between back quotes is code, scripts are below and above the line, and figures and
 * claims are links.
 */
function typeset(text: string, { figures, claims }: Places): string {
  const linked = (name: string | undefined, html: string) =>
    name === undefined ? html : `<a href="#${escaped(name)}">${html}</a>`;
  return text
    .split(/`([^`]*)`|([Ff]igure A?\d+[ab]?)/)
    .map((part = '', i) => {
      if (i % 3 === 0) return piecesOf(part).map(pieceHtml).join('');
      if (i % 3 === 1)
        return (
          part &&
          linked(claims.some(({ id }) => id === part) ? `claim-${part}` : undefined, `<code>${escaped(part)}</code>`)
        );
      const figure = figures.find(({ caption }) => titleOf(caption).number === part.slice('Figure '.length));
      return part && linked(figure?.name, escaped(part));
    })
    .join('');
}

function pieceHtml({ text, place }: Piece): string {
  if (place === 'line') return escaped(text);
  const tag = place === 'below' ? 'sub' : 'sup';
  return `<${tag}>${escaped(text)}</${tag}>`;
}
