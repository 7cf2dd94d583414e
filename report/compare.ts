import type { MeasuredClaim } from '../stages/formats/claims.ts';
import { threeDigits } from '../stages/formats/in-digits.ts';
import { bytesOf } from './base64.ts';
import { type ChangeGroup, changesHtml } from './changes.ts';
import { element } from './dom.ts';
import { unpacked } from './embedded.ts';

/** A published file that is not what it was, as base64. */
interface ChangedFile {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

interface Comparison {
  readonly against: string;
  readonly files: readonly ChangedFile[];
  readonly changes: readonly ChangeGroup[];
}

/** What is compared of a claim; another version of the project may have had it otherwise. */
type Claim = Pick<MeasuredClaim, 'id' | 'statement' | 'verdict' | 'estimate' | 'interval'>;

const MEDIA_TYPES: Readonly<Record<string, string>> = { svg: 'image/svg+xml', png: 'image/png' };

/** Whether the page was made to be compared with something. */
export function hasComparison(): boolean {
  return document.getElementById('against') !== null;
}

/** The tab of what has changed: figures side by side, claims whose verdict or interval moved, stages. */
export async function showCompare(part: HTMLElement): Promise<void> {
  const { against, files, changes }: Comparison = JSON.parse(new TextDecoder().decode(await unpacked('against')));
  const pictures = files.filter(({ path }) => mediaTypeOf(path) !== undefined);
  const claims = files.find(({ path }) => path.endsWith('claims.json'));
  const moved = claims === undefined ? [] : movedClaims(claimsIn(claims.before), claimsIn(claims.after));
  part.replaceChildren(
    element('h2', {}, `Since ${against}`),
    element(
      'p',
      { id: 'compare-counts' },
      `${counted(pictures.length, 'figure')} and ${counted(moved.length, 'claim')} changed.`,
    ),
    ...(moved.length === 0 ? [] : [element('h3', {}, 'Claims'), tableOf(moved)]),
    ...(pictures.length === 0 ? [] : [element('h3', {}, 'Figures')]),
    ...pictures.map(pictureOf),
    ...(changes.length === 0 ? [] : [element('h3', {}, 'Stages'), ...changesHtml(changes)]),
  );
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function pictureOf({ path, before, after }: ChangedFile): HTMLElement {
  const image = (base64: string | undefined, what: string) =>
    element('img', { alt: `${path}, ${what}`, src: `data:${mediaTypeOf(path)};base64,${base64 ?? ''}` });
  if (before === undefined || after === undefined) {
    return element(
      'figure',
      {},
      image(before ?? after, 'alone'),
      element('figcaption', {}, `${path} is ${before === undefined ? 'new' : 'gone'}`),
    );
  }
  const over = element('div', { class: 'over' }, image(after, 'now'));
  const swipe = element('input', {
    type: 'range',
    min: '0',
    max: '100',
    value: '50',
    'aria-label': `how much of ${path} is shown as it is now`,
  });
  const show = () => {
    over.style.clipPath = `inset(0 0 0 ${swipe.value}%)`;
  };
  swipe.addEventListener('input', show);
  show();
  const difference = element('input', { type: 'checkbox' });
  difference.addEventListener('change', () => {
    over.classList.toggle('difference', difference.checked);
    swipe.value = difference.checked ? '0' : '50';
    show();
  });
  return element(
    'figure',
    {},
    element('div', { class: 'swiped' }, element('div', { class: 'swipe' }, image(before, 'before'), over), swipe),
    element('label', {}, difference, ' difference'),
    element('figcaption', {}, `${path}: before on the left, now on the right`),
  );
}

/** A claim before and after; a side that lacks it is left out. */
interface Moved {
  readonly before: Claim | undefined;
  readonly after: Claim | undefined;
}

function movedClaims(before: readonly Claim[], after: readonly Claim[]): Moved[] {
  const ids = new Set([...before, ...after].map(({ id }) => id));
  const at = (claims: readonly Claim[], id: string) => claims.find((claim) => claim.id === id);
  const numbers = (claim: Claim | undefined) => JSON.stringify([claim?.verdict, claim?.interval]);
  return [...ids]
    .map((id) => ({ before: at(before, id), after: at(after, id) }))
    .filter((pair) => numbers(pair.before) !== numbers(pair.after));
}

function tableOf(moved: readonly Moved[]): HTMLElement {
  const cell = (claim: Claim | undefined) =>
    claim === undefined
      ? 'not there'
      : `${claim.verdict}, ${threeDigits(claim.estimate)} [${claim.interval.map(threeDigits).join(', ')}]`;
  const head = ['Claim', 'Before', 'Now'].map((title) => element('th', { scope: 'col' }, title));
  const rows = moved.map(({ before, after }) =>
    element(
      'tr',
      {},
      element('td', {}, (after ?? before)?.statement ?? ''),
      element('td', {}, cell(before)),
      element('td', before?.verdict === after?.verdict ? {} : { class: 'part' }, cell(after)),
    ),
  );
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows));
  return element('div', { class: 'wide' }, table);
}

function claimsIn(base64: string | undefined): readonly Claim[] {
  if (base64 === undefined) return [];
  return JSON.parse(new TextDecoder().decode(bytesOf(base64)));
}

function mediaTypeOf(path: string): string | undefined {
  return MEDIA_TYPES[path.slice(path.lastIndexOf('.') + 1)];
}
