import { Checking } from './checking.ts';
import { button, byId, download, element } from './dom.ts';
import type { Embedded } from './embedded.ts';
import type { Pool } from './pool.ts';
import { chooseNamed, selectPublished } from './published.ts';
import { OBSTACLES } from './recompute.ts';

const DESCRIPTIONS: Readonly<Record<(typeof OBSTACLES)[number], string>> = {
  network: 'need the network',
  native: 'need packages with native code',
  drawing: 'draw figures or write pages, by code that this page leaves out for its size',
  upstream: 'are built from such stages',
};

const TIMES = [
  ['ten seconds', 10],
  ['a minute', 60],
  ['ten minutes', 600],
] as const;

/** How many findings are shown. */
const SHOWN = 20;

/**
 * The tab where the reader's own browser recomputes stages, and compares every byte.
 * @param seconds How long stages took, where that is known.
 */
export function showCheck(embedded: Embedded, pool: Pool, seconds?: ReadonlyMap<string, number>): void {
  const checking = new Checking(embedded, pool, seconds);
  const nonce = element('input', { id: 'nonce', autocomplete: 'off' });
  const select = selectPublished('check-figure', embedded.provenance.stages);
  const status = element('p', { id: 'check-status', role: 'status' });
  const leading = element('span', { id: 'check-leading' });
  const progress = element('progress', { 'aria-label': 'how far it is' });
  const problems = element('ul', { id: 'check-problems' });

  const draw = (time: number) => {
    if (nonce.value === '') nonce.value = String(Date.now());
    const began = performance.now();
    return work(
      () => (performance.now() - began) / (1000 * time),
      (onFound) => checking.draw(nonce.value, time, onFound),
    );
  };
  const follow = () => {
    const { checkable: stages } = checking.leadingTo(select.value);
    const { done } = checking.recomputation;
    return work(
      () => stages.filter((name) => done.has(name)).length / stages.length,
      (onFound) => checking.follow(select.value, onFound),
    );
  };
  const starts = TIMES.map(([label, time]) => button(label, () => void draw(time), { 'data-seconds': String(time) }));
  const slice = button('Recompute', () => void follow(), { id: 'check-slice' });
  const stop = button('Stop', () => checking.stop(), { id: 'check-stop' });
  const receipt = () => download('receipt.json', checking.receipt(), 'application/json');
  const keep = button('Keep a receipt', receipt, { id: 'check-receipt' });

  const show = (isAtWork: boolean) => {
    const { verdict, text } = checking.found();
    const { mismatches, unfinished } = checking.recomputation;
    status.className = verdict;
    status.textContent = text;
    // Who listens to the page hears the end.
    status.ariaBusy = String(isAtWork);
    problems.replaceChildren(
      ...[...mismatches, ...unfinished]
        .slice(0, SHOWN)
        .map(({ stage, what }) => element('li', {}, element('code', {}, stage), ` ${what}`)),
    );
  };
  const allow = (isAtWork: boolean, isBegun: boolean) => {
    const { all, checkable } = checking.leadingTo(select.value);
    leading.textContent = `${checkable.length === 0 ? 'none' : checkable.length} of its ${all} stages can run here`;
    for (const each of [...starts, select, nonce]) each.disabled = isAtWork;
    slice.disabled = isAtWork || checkable.length === 0;
    stop.disabled = !isAtWork;
    keep.disabled = !isBegun;
    progress.hidden = !isAtWork;
  };
  /** @param done The share of the work that is done; from 1 on, what has begun comes to its end. */
  const work = async (done: () => number, begin: (onFound: () => void) => Promise<void>) => {
    delete status.dataset.done;
    const advance = () => {
      if (done() < 1) progress.value = done();
      else progress.removeAttribute('value');
    };
    const ticking = setInterval(advance, 250);
    allow(true, true);
    show(true);
    advance();
    await begin(() => show(true));
    clearInterval(ticking);
    allow(false, true);
    show(false);
    status.dataset.done = 'true';
  };

  byId('check').replaceChildren(
    ...introduction(embedded, checking),
    element(
      'p',
      {},
      element(
        'label',
        { for: 'nonce' },
        'Type any word: it draws the stages to recompute, so that no one chose them. ',
      ),
      nonce,
    ),
    element('p', { class: 'buttons' }, 'Recompute for', ...starts),
    element(
      'p',
      { class: 'buttons' },
      element('label', { for: 'check-figure' }, 'Or recompute all that leads to'),
      select,
      slice,
      leading,
    ),
    element('p', { class: 'buttons' }, stop, keep, progress),
    status,
    problems,
  );
  const choose = () => allow(false, !keep.disabled);
  select.addEventListener('change', choose);
  allow(false, false);
  byId('check').addEventListener('shown', () => {
    if (!select.disabled && chooseNamed(select)) choose();
  });
}

function introduction(embedded: Embedded, { recomputation, checkable }: Checking): HTMLElement[] {
  const names = embedded.provenance.stages.map(({ name }) => name);
  const obstacles = OBSTACLES.map((obstacle) => {
    const found = names.filter((name) => recomputation.obstacleOf(name) === obstacle).length;
    return element('li', {}, `${found} ${DESCRIPTIONS[obstacle]}`);
  });
  return [
    element('h2', {}, 'Recompute here'),
    element(
      'p',
      {},
      `This page holds the very code that made the results. Your browser can run it from the sources up, and compare the SHA-256 of ` +
        `each bundle and each output with the lock. ${checkable.length} of ${names.length} stages can run in a browser.`,
    ),
    element(
      'details',
      {},
      element('summary', {}, `Why ${names.length - checkable.length} can't`),
      element('ul', {}, ...obstacles),
    ),
    element(
      'p',
      {},
      'The page brings the lock that it compares with. Who made the page could have made that up, too. In the project, ',
      element('code', {}, 'npx tsx pipeline.ts why report.html'),
      ' tells whether its own lock knows this file. The SHA-256 of its provenance is ',
      element('code', { id: 'check-page' }, embedded.digest),
      '.',
    ),
  ];
}
