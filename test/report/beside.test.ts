import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFolder } from '../support/folder.ts';
import { BROWSERS, openPage, textOf } from './browsers.ts';
import { MINUTES, makeReport, root, whileOpen } from './made-report.ts';

const made = join(root, 'artifacts/report');
/** A name that an address must not take for a part of itself. */
const ODD = 'ein Ordner #1 é?%20';

makeReport();

it('beside the page lie its digest and how long stages took', () => {
  const styles = readFileSync(join(made, 'here.css'), 'utf8');
  const digest = createHash('sha256')
    .update(readFileSync(join(made, 'report.html')))
    .digest('hex');
  expect(styles).toContain(`--page: "${digest}"`);
  const seconds = JSON.parse(Buffer.from(/--seconds: "([^"]*)"/.exec(styles)?.[1] ?? '', 'base64').toString());
  expect(seconds['figure-2']).toBeGreaterThan(0);
});

// What files on the disk are to a page does not depend on the engine.
for (const { name, installed, launch } of BROWSERS.slice(0, 1)) {
  describe.skipIf(!installed)(name, { timeout: 2 * MINUTES }, () => {
    const browser = whileOpen(launch);

    it('tells how long stages took, and shows another page that comes in its place, where the reader was', async () => {
      const folder = join(newFolder(), ODD);
      mkdirSync(folder);
      const [path, styles] = [join(folder, 'report.html'), join(folder, 'here.css')];
      copyFileSync(join(made, 'report.html'), path);
      copyFileSync(join(made, 'here.css'), styles);
      copyFileSync(join(made, 'here.html'), join(folder, 'here.html'));
      const { page, complaints } = await openPage(browser(), join(folder, 'here.html'));
      await page.click('#tab-walk');
      expect(await textOf(page, '#walk-count')).toMatch(/^\d+ stages, \d+ min \d+ s of work$/);
      await page.select('#walk-figure', 'figure-2');
      expect(await textOf(page, '#walk-detail')).toMatch(/took [\d.]+ m?s where it ran/);
      await page.evaluate('scrollTo(0, 300)');

      writeFileSync(path, readFileSync(path, 'utf8').replace(/<title>[^<]*/, '<title>another'));
      writeFileSync(styles, readFileSync(styles, 'utf8').replace(/--page: "[^"]*"/, '--page: "another"'));
      await page.waitForFunction(`document.title === 'another' && document.documentElement.dataset.ready === 'true'`);
      expect(await page.$eval('#walk', (part) => part.hasAttribute('hidden'))).toBe(false);
      expect(await page.$eval('#walk-figure', (select) => Reflect.get(select, 'value'))).toBe('figure-2');
      expect(await page.evaluate('scrollY')).toBe(300);
      expect(complaints).toEqual([]);
      await page.close();
    });

    it('does without what lies beside it, and looks for nothing unless told to', async () => {
      const path = join(newFolder(), 'report.html');
      copyFileSync(join(made, 'report.html'), path);
      const { page, complaints } = await openPage(browser(), path, '#walk');
      expect(await textOf(page, '#walk-count')).toMatch(/^\d+ stages$/);
      expect(complaints).toEqual([]);
      await page.close();
      const lost = await openPage(browser(), path, '?here#walk');
      expect(await textOf(lost.page, '#walk-count')).toMatch(/^\d+ stages$/);
      await lost.page.close();
    });
  });
}
