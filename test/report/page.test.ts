import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { describe, expect, it } from 'vitest';
import { newFolder } from '../support/folder.ts';
import { sampleOf } from '../support/sample.ts';
import { BROWSERS, openPage, textOf } from './browsers.ts';
import { MINUTES, makeReport, REPORT as path, root, whileOpen } from './made-report.ts';
import { type Held, tampered } from './tampered.ts';

makeReport();

it('the page is one file that needs nothing else', () => {
  const html = readFileSync(path, 'utf8');
  expect(statSync(path).size).toBeLessThan(10 * 1024 * 1024);
  expect(html).not.toMatch(/(src|href)="(?!data:|#)/);
  expect(html).toContain("default-src 'none'");
  expect(html).not.toContain("'unsafe-eval'");
});

/** Ways to lie about results. */
const LIES: Readonly<Record<string, (held: Held) => void>> = {
  'a flipped bit in a bundle': ({ provenance, code }) => {
    const digest = provenance.kinds['synthetic-data']?.bundle ?? '';
    code.bundles[digest] = (code.bundles[digest] ?? '').replace('Math.sqrt', 'Math.cbrt');
  },
  'a kernel that computes something else, under its own digest': ({ provenance, code }) => {
    const kind = provenance.kinds['synthetic-data'];
    if (kind === undefined) throw new Error('there is no such kind');
    const text = (code.bundles[kind.bundle] ?? '').replace('Math.sqrt', 'Math.cbrt');
    kind.bundle = createHash('sha256').update(text).digest('hex');
    code.bundles[kind.bundle] = text;
  },
  'another digest of every output': ({ provenance }) => {
    for (const { outputs } of provenance.stages) {
      for (const [name, digest] of Object.entries(outputs))
        outputs[name] = digest.replace(/^./, (c) => (c === '0' ? '1' : '0'));
    }
  },
};

/** The time limits of stages pass when a test calls them. */
const LIMITS_BY_HAND = `
  const limits = new Map();
  const [set, clear] = [setTimeout, clearTimeout];
  setTimeout = (passed, ms) => {
    const id = set(ms === 60000 ? () => {} : passed, ms);
    if (ms === 60000) limits.set(id, passed);
    return id;
  };
  clearTimeout = (id) => {
    limits.delete(id);
    clear(id);
  };
  window.limits = limits;
`;

/** Ten seconds pass in two. */
const HURRIED_CLOCK = 'const now = performance.now.bind(performance); performance.now = () => 5 * now();';

/** Recomputes all that leads to figure 2. @returns what the page says of it. */
async function recomputed(page: Page): Promise<{ text: string; verdict: string }> {
  await page.select('#check-figure', 'figure-2');
  await page.click('#check-slice');
  await page.waitForSelector('#check-status[data-done="true"]', { timeout: MINUTES });
  const verdict = await page.$eval('#check-status', (status) => status.className);
  return { text: await textOf(page, '#check-status'), verdict };
}

/** The looks of the page are looked at in these; its sums are checked in all. */
const looked = sampleOf(BROWSERS, 2);

for (const { name, installed, launch } of BROWSERS) {
  describe.skipIf(!installed)(name, { timeout: 2 * MINUTES }, () => {
    const browser = whileOpen(launch);
    const look = it.runIf(looked.some((other) => other.name === name));

    look('shows claims and figures at once, and every part of the page without a complaint', async () => {
      const { page, complaints } = await openPage(browser(), path);
      expect(await page.$$eval('#read figure', (figures) => figures.length)).toBeGreaterThan(18);
      expect(await page.$$eval('.claims tbody tr', (rows) => rows.length)).toBeGreaterThan(90);
      for (const tab of ['walk', 'play', 'check', 'read']) {
        await page.click(`#tab-${tab}`);
        expect(await page.$eval(`#${tab}`, (part) => part.getBoundingClientRect().height)).toBeGreaterThan(100);
      }
      expect(complaints).toEqual([]);
      await page.close();
    });

    // The policy of the page lets nothing in that was not in it: only Chromium can be told to look away.
    for (const scheme of name === 'chrome' ? sampleOf(['light', 'dark'], 2) : []) {
      it(`has nothing that keeps readers out, in the ${scheme}`, async () => {
        const page = await browser().newPage();
        await page.setBypassCSP(true);
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
        await page.goto(`file://${path}`);
        await page.waitForSelector('html[data-ready="true"]');
        await page.addScriptTag({ path: join(root, 'node_modules/axe-core/axe.min.js') });
        for (const tab of ['read', 'walk', 'play', 'check']) {
          await page.click(`#tab-${tab}`);
          // What else is wrong does not depend on the colours.
          const rules = scheme === 'light' ? '' : "{ runOnly: ['color-contrast'] }";
          const found = await page.evaluate(`axe.run(${rules}).then(({ violations }) => violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html.slice(0, 120)).join(' ')))`);
          expect(found, tab).toEqual([]);
        }
        await page.close();
      });
    }

    look('opens at a tab, fits a phone, and prints claims and figures', async () => {
      const { page, complaints } = await openPage(browser(), path, '#check');
      expect(await page.$eval('#check', (part) => part.hasAttribute('hidden'))).toBe(false);
      await page.setViewport({ width: 390, height: 800 });
      for (const tab of ['read', 'walk', 'play', 'check']) {
        await page.click(`#tab-${tab}`);
        expect(await page.evaluate('document.documentElement.scrollWidth'), tab).toBeLessThanOrEqual(390);
      }
      const pdf = await page.pdf({ format: 'a4' });
      expect(Buffer.from(pdf).subarray(0, 5).toString()).toBe('%PDF-');
      expect(pdf.length).toBeGreaterThan(100_000);
      expect(complaints).toEqual([]);
      await page.close();
    });

    look('draws a figure anew, to work with', async () => {
      const { page, complaints } = await openPage(browser(), path);
      await page.$$eval('#figure-1 button', (buttons) => {
        for (const each of buttons) if (each.textContent === 'Interactive') each.click();
      });
      await page.waitForSelector('#figure-1 .picture[data-interactive="true"] svg');
      expect(complaints).toEqual([]);
      await page.close();
    });

    it('recomputes all that leads to a figure', async () => {
      const { page, complaints } = await openPage(browser(), path, '#check');
      const { text, verdict } = await recomputed(page);
      expect([Number.parseInt(text, 10) > 20, verdict]).toEqual([true, 'good']);
      const provenance = readFileSync(join(root, 'artifacts/provenance/provenance.json'));
      expect(await textOf(page, '#check-page')).toBe(createHash('sha256').update(provenance).digest('hex'));
      expect(complaints).toEqual([]);
      await page.close();
    });

    look('walks from a figure to what it is made from', async () => {
      const { page, complaints } = await openPage(browser(), path, '#walk');
      const everything = Number.parseInt(await textOf(page, '#walk-count'), 10);
      await page.select('#walk-figure', 'figure-2');
      const slice = Number.parseInt(await textOf(page, '#walk-count'), 10);
      expect(slice).toBeLessThan(everything / 10);
      expect(await textOf(page, '#walk-detail')).toContain('figures/figure-2.svg');
      expect(complaints).toEqual([]);
      await page.close();
    });

    // That both compute the same is tested on the stages of a figure.
    it.runIf(name === 'chrome')('recomputes stages that a word draws, to the same bytes', async () => {
      const { page, complaints } = await openPage(browser(), path, '#check', HURRIED_CLOCK);
      await page.type('#nonce', 'any word');
      await page.click('button[data-seconds="10"]');
      await page.waitForSelector('#check-status[data-done="true"]');
      expect(await textOf(page, '#check-status')).toMatch(/^[1-9]\d* of \d+ stages recomputed here, all equal/);
      expect(complaints).toEqual([]);
      await page.close();
    });

    it.runIf(name === 'chrome')(
      'ends a stage that takes too long, says that nothing is known of it, and goes on',
      async () => {
        const hanging = join(newFolder(), 'report.html');
        const html = tampered(readFileSync(path, 'utf8'), ({ provenance, code }) => {
          const kind = provenance.kinds['synthetic-data'];
          const text = code.bundles[kind?.bundle ?? ''] ?? '';
          const start = 'outputs: { dataset: datasetFile }, run({ params }) {';
          expect(text).toContain(start);
          const hung = text.replace(start, `${start} while (params.nsnr2 === 0.75 && params.seed === 1);`);
          if (kind !== undefined) kind.bundle = createHash('sha256').update(hung).digest('hex');
          code.bundles[kind?.bundle ?? ''] = hung;
        });
        writeFileSync(hanging, html);
        const { page } = await openPage(browser(), hanging, '#check', LIMITS_BY_HAND);
        const ending = recomputed(page);
        // By then all that was started with it has come to an end.
        await page.waitForFunction(`parseInt(document.querySelector('#check-status').textContent) > 20`);
        await page.evaluate('[...limits.values()][0]()');
        const { text, verdict } = await ending;
        expect([text, verdict]).toEqual([expect.stringContaining('1 took too long'), 'part']);
        expect(text).not.toContain('sure that');
        expect(await textOf(page, '#check-problems')).toMatch(/nsnr2=0.75\/seed=1 is not finished after 60 s/);
        await page.close();
      },
    );

    it.each(Object.entries(LIES))('turns red by %s', async (_, change) => {
      const lying = join(newFolder(), 'report.html');
      writeFileSync(lying, tampered(readFileSync(path, 'utf8'), change));
      const { page } = await openPage(browser(), lying, '#check');
      const { text, verdict } = await recomputed(page);
      expect([text, verdict]).toEqual([expect.stringContaining('not what the lock says'), 'bad']);
      await page.close();
    });
  });
}
