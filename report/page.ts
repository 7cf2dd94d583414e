// The page of the report: it shows at once what it holds as HTML, and prepares each of its other parts when that is
// first opened.

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
import { Tabs } from './tabs.ts';
import { showWalk } from './walk.ts';

if (hasComparison()) {
  const attributes = { type: 'button', role: 'tab', id: 'tab-compare', 'aria-controls': 'compare' };
  byId('tab-check').after(element('button', attributes, 'Compare'));
  byId('check').after(element('section', { id: 'compare', role: 'tabpanel', 'aria-labelledby': 'tab-compare' }));
}
const embedded = readEmbedded();
const beside = readBeside();
const pool = embedded.then(
  ({ code: { modules, bundles } }) => new Pool(bundles[modules['report/worker.ts'] ?? ''] ?? ''),
);
showFigures(embedded);

const tabs = new Tabs(
  {
    read: async () => {},
    walk: async () => showWalk(await embedded, (await beside)?.seconds),
    play: async () => showPlay(await embedded, await pool),
    check: async () => showCheck(await embedded, await pool, (await beside)?.seconds),
    ...(hasComparison() ? { compare: () => showCompare(byId('compare')) } : {}),
  },
  (hash) => (isSetting(hash) || namesDigit(hash) ? 'play' : 'read'),
);
await tabs.openAddressed();
returnToPlace();
// What a tab needs is there by then, whichever is opened next.
const [found] = await Promise.all([beside, embedded]);
if (found !== undefined) followPage(found);
document.documentElement.dataset.ready = 'true';
