import { button, byId, download, element } from './dom.ts';
import { CONFIDENCE, shareRuledOut, shuffled } from './draws.ts';
import type { Embedded } from './embedded.ts';
import type { Pool } from './pool.ts';
import { OBSTACLES, Recomputation, sliceOf } from './recompute.ts';

const DESCRIPTIONS: Readonly<Record<(typeof OBSTACLES)[number], string>> = {
  network: 'the network',
  native: 'packages with native code',
  drawing: 'code that draws figures or writes pages, which this page leaves out for its size',
  upstream: 'what such stages make',
};

const TIMES = [
  ['ten seconds', 10],
  ['a minute', 60],
  ['ten minutes', 600],
] as const;

/**
 * The tab where the reader's own browser recomputes stages, and compares every byte.
 * @param seconds How long stages took, where that is known.
 */
export function showCheck(embedded: Embedded, pool: Pool, seconds?: ReadonlyMap<string, number>): void {
  const recomputation = new Recomputation(embedded, pool, seconds);
  const names = embedded.provenance.stages.map(({ name }) => name);
  const checkable = names.filter((name) => recomputation.obstacleOf(name) === undefined);
  const nonce = element('input', { id: 'nonce', value: '', autocomplete: 'off' });
  const status = element('p', { id: 'check-status', role: 'status' });
  const problems = element('ul', { id: 'check-problems' });
  const drawn = new Map<string, boolean>();
  let running = false;

  const show = (note = '') => {
    const { mismatches, unfinished, done } = recomputation;
    const bad = mismatches.length > 0;
    status.className = bad ? 'bad' : unfinished.length > 0 ? 'part' : 'good';
    const equal = [...drawn.values()].filter(Boolean).length;
    // A page could have what differs never end, so with such stages nothing is ruled out.
    const bound = `${CONFIDENCE * 100} % sure that fewer than ${percent(shareRuledOut(equal))} of those that can run here differ`;
    status.textContent = bad
      ? `${mismatches.length} of ${done.size + mismatches.length} stages are not what the lock says.`
      : `${done.size} of ${names.length} stages recomputed here, all equal; ${equal} of them drawn by your nonce${equal > 0 && unfinished.length === 0 ? `: ${bound}` : ''}.${unfinished.length > 0 ? ` ${unfinished.length} took too long, so nothing is known of them.` : ''}${note}`;
    problems.replaceChildren(
      ...[...mismatches, ...unfinished]
        .slice(0, 20)
        .map(({ stage, what }) => element('li', {}, element('code', {}, stage), ` ${what}`)),
    );
  };

  const recompute = async (order: readonly string[], seconds: number, byNonce: boolean) => {
    if (running) return;
    running = true;
    const end = performance.now() + 1000 * seconds;
    const queue = [...order];
    const lane = async () => {
      for (let name = queue.shift(); name !== undefined && performance.now() < end; name = queue.shift()) {
        const made = await recomputation.make(name).then(
          () => true,
          () => false,
        );
        if (byNonce) drawn.set(name, made);
        show(' …');
        if (recomputation.mismatches.length > 0) return;
      }
    };
    await Promise.all(Array.from({ length: 2 * pool.size }, lane));
    running = false;
    show();
    status.dataset.done = 'true';
  };

  const begin = async (seconds: number) => {
    delete status.dataset.done;
    if (nonce.value === '') nonce.value = String(Date.now());
    const order = await shuffled(
      checkable.filter((name) => !drawn.has(name)),
      nonce.value,
    );
    await recompute(order, seconds, true);
  };

  const published = embedded.provenance.stages.filter(({ publish }) => Object.keys(publish).length > 0);
  const stages = new Map(embedded.provenance.stages.map((stage) => [stage.name, stage]));
  const select = element(
    'select',
    { id: 'check-figure' },
    ...published.map(({ name }) => element('option', { value: name }, name)),
  );
  const beginWith = () => {
    delete status.dataset.done;
    const slice = sliceOf(select.value, stages);
    void recompute(
      checkable.filter((name) => slice.has(name)),
      Number.POSITIVE_INFINITY,
      false,
    );
  };

  const receipt = () => {
    const stages = embedded.provenance.stages
      .filter(({ name }) => recomputation.done.has(name))
      .map(({ name, recipe, outputs }) => ({ name, recipe, outputs, drawn: drawn.has(name) }));
    const { mismatches, unfinished } = recomputation;
    const kept = {
      page: embedded.digest,
      nonce: nonce.value,
      browser: navigator.userAgent,
      mismatches,
      unfinished,
      stages,
    };
    download('receipt.json', `${JSON.stringify(kept, null, 2)}\n`, 'application/json');
  };

  const obstacles = OBSTACLES.map((obstacle) => {
    const found = names.filter((name) => recomputation.obstacleOf(name) === obstacle).length;
    return element('li', {}, `${DESCRIPTIONS[obstacle]}: ${found}`);
  });
  byId('check').replaceChildren(
    element('h2', {}, 'Recompute here'),
    element(
      'p',
      {},
      `This page holds the very code that made the results. Your browser can run it from the sources up, and compare the SHA-256 of ` +
        `each bundle and each output with the lock. ${checkable.length} of ${names.length} stages can run in a browser; the others need`,
    ),
    element('ul', {}, ...obstacles),
    element(
      'p',
      {},
      'The page brings the lock that it compares with. Who made the page could have made that up, too. In the project, ',
      element('code', {}, 'npx tsx pipeline.ts why report.html'),
      ' tells whether its own lock knows this file. The SHA-256 of its provenance is ',
      element('code', { id: 'check-page' }, embedded.digest),
      '.',
    ),
    element(
      'p',
      {},
      element(
        'label',
        { for: 'nonce' },
        'Type anything: it decides which stages are drawn, so that no one chose them. ',
      ),
      nonce,
    ),
    element(
      'p',
      { class: 'buttons' },
      ...TIMES.map(([label, seconds]) => button(label, () => void begin(seconds), { 'data-seconds': String(seconds) })),
      button('Keep a receipt', receipt),
    ),
    element(
      'p',
      {},
      element('label', { for: 'check-figure' }, 'Or recompute all that can be of what leads to '),
      select,
      ' ',
      button('Recompute', beginWith, { id: 'check-slice' }),
    ),
    status,
    problems,
  );
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
