import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { claimsFile } from '../../stages/formats/claims.ts';
import { newFolder } from '../support/folder.ts';
import { sampleOf } from '../support/sample.ts';
import { BROWSERS, openPage, textOf } from './browsers.ts';

const root = join(import.meta.dirname, '../..');
const MINUTES = 60_000;

/** The path of the page that compares with something. */
async function pageAgainst(against: string): Promise<string> {
  const args = ['tsx', 'pipeline.ts', 'report', '--against', against, '--json'];
  const { stdout } = await execa('npx', args, { cwd: root });
  const { path }: { path: string } = JSON.parse(stdout.split('\n').at(-1) ?? '');
  return path;
}

/** What a checkout looked like when one figure and one claim were others. */
function before(): string {
  const folder = newFolder();
  cpSync(join(root, 'figures'), join(folder, 'figures'), { recursive: true });
  const figure = join(folder, 'figures/figure-1.svg');
  writeFileSync(figure, readFileSync(figure, 'utf8').replace('#009E73', '#000000'));
  const claims = join(folder, 'figures/claims.json');
  const [first, ...others] = claimsFile.decode(readFileSync(claims));
  writeFileSync(claims, JSON.stringify([{ ...first, verdict: 'does not hold' }, ...others]));
  return folder;
}

const browsers = sampleOf(BROWSERS, 2).filter(({ installed }) => installed);

it.skipIf(browsers.length === 0)(
  'a browser shows which figures and claims are others than in a folder',
  { timeout: 3 * MINUTES },
  async () => {
    const path = await pageAgainst(before());
    const [claim] = claimsFile.decode(readFileSync(join(root, 'figures/claims.json')));
    for (const { name, launch } of browsers) {
      const browser = await launch();
      const { page, complaints } = await openPage(browser, path, '#compare');
      expect(await textOf(page, '#compare-counts'), name).toBe('1 figure and 1 claim changed.');
      expect(await textOf(page, '#compare figcaption')).toContain('figures/figure-1.svg');
      expect(await textOf(page, '#compare tbody')).toContain(claim?.statement);
      // Where the slider stands, there is the border of before and now.
      const [swiped, slider] = await page.$$eval('#compare .swipe, #compare input[type="range"]', (parts) =>
        parts.map((part) => part.getBoundingClientRect().width),
      );
      expect(slider).toBe(swiped);
      await page.click('#compare input[type="checkbox"]');
      expect(await page.$$eval('#compare .over.difference', (found) => found.length)).toBe(1);
      expect(complaints).toEqual([]);
      await browser.close();
    }
  },
);

it('refuses what is neither a commit nor a folder, before anything runs', { timeout: MINUTES }, async () => {
  const args = ['tsx', 'pipeline.ts', 'report', '--against', 'no-such-commit'];
  const { exitCode, stdout, stderr } = await execa('npx', args, { cwd: root, reject: false });
  expect([exitCode, stdout, stderr]).toEqual([
    1,
    '',
    expect.stringContaining("git knows no commit named 'no-such-commit'"),
  ]);
});
