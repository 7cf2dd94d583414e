// The page of the report: it shows at once what it holds as HTML, and what can be done with it once its data are unpacked.

import { followPage, readBeside, returnToPlace } from './beside.ts';
import { showCheck } from './check.ts';
import { hasComparison, showCompare } from './compare.ts';
import { namesDigit } from './digit-address.ts';
import { byId, element } from './dom.ts';
import { readEmbedded } from './embedded.ts';
import { showFigures } from './figures.ts';
import { showPlay } from './play.ts';
import { Pool } from './pool.ts';
import { isSetting } from './setting.ts';
import { showWalk } from './walk.ts';

const TABS: readonly string[] = ['read', 'walk', 'play', 'check', ...(hasComparison() ? ['compare'] : [])];

function open(tab: string): void {
  for (const each of TABS) {
    byId(each).hidden = each !== tab;
    byId(`tab-${each}`).setAttribute('aria-selected', String(each === tab));
    byId(`tab-${each}`).tabIndex = each === tab ? 0 : -1;
  }
  byId(tab).dispatchEvent(new Event('shown'));
}

function tabIn(hash: string): string {
  const [name] = hash.slice(1).split('/');
  return TABS.find((tab) => tab === name) ?? (isSetting(hash) || namesDigit(hash) ? 'play' : 'read');
}

if (hasComparison()) {
  const attributes = { type: 'button', role: 'tab', id: 'tab-compare', 'aria-controls': 'compare' };
  byId('tab-check').after(element('button', attributes, 'Compare'));
  byId('check').after(element('section', { id: 'compare', role: 'tabpanel', 'aria-labelledby': 'tab-compare' }));
  await showCompare(byId('compare'));
}
for (const [i, tab] of TABS.entries()) {
  const label = byId(`tab-${tab}`);
  label.addEventListener('click', () => {
    history.replaceState(null, '', `#${tab}`);
    open(tab);
  });
  label.addEventListener('keydown', ({ key }) => {
    const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? TABS.length - 1 : 0;
    const next = TABS[(i + step) % TABS.length];
    if (step === 0 || next === undefined) return;
    byId(`tab-${next}`).click();
    byId(`tab-${next}`).focus();
  });
}

const [embedded, beside] = await Promise.all([readEmbedded(), readBeside()]);
const pool = new Pool(embedded.code.bundles[embedded.code.modules['report/worker.ts'] ?? ''] ?? '');
showFigures(embedded);
showWalk(embedded, beside?.seconds);
await showPlay(embedded, pool);
showCheck(embedded, pool, beside?.seconds);
open(tabIn(location.hash));
addEventListener('hashchange', () => {
  // The sliders stand where the address said when the page was opened, and so does the digit.
  if (isSetting(location.hash) || namesDigit(location.hash)) location.reload();
  else open(tabIn(location.hash));
});
returnToPlace();
if (beside !== undefined) followPage(beside);
document.documentElement.dataset.ready = 'true';
