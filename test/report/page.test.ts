import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'puppeteer-core';
import { afterEach, describe, expect, it } from 'vitest';
import { newFolder } from '../support/folder.ts';
import { sampleOf } from '../support/sample.ts';
import { BROWSERS, openPage, textOf } from './browsers.ts';
import { MINUTES, makeReport, REPORT as path, root, whileOpen, whilePageIsOpen } from './made-report.ts';
import { type Held, hung, tampered } from './tampered.ts';

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

/** Ten seconds pass in a tenth of one, so only what begins at once is recomputed. */
const HURRIED_CLOCK = 'const now = performance.now.bind(performance); performance.now = () => 100 * now();';

/** What it draws first takes little time. */
const WORD = 'word';

/** The verdict of Check, when it comes to its end. */
async function verdictOf(page: Page): Promise<{ text: string; verdict: string }> {
  await page.waitForSelector('#check-status[data-done="true"]', { timeout: MINUTES });
  const verdict = await page.$eval('#check-status', (status) => status.className);
  return { text: await textOf(page, '#check-status'), verdict };
}

/** Recomputes all that leads to figure 2. @returns what the page says of it. */
async function recomputed(page: Page): Promise<{ text: string; verdict: string }> {
  await page.select('#check-figure', 'figure-2');
  await page.click('#check-slice');
  return verdictOf(page);
}

function isHidden(page: Page, tab: string): Promise<boolean> {
  return page.$eval(`#${tab}`, (part) => part.hasAttribute('hidden'));
}

function scrolled(page: Page): Promise<unknown> {
  return page.evaluate('Math.round(scrollY)');
}

/** What axe finds of the page, but for the insides of drawings: to a reader who can't see them they are pictures. */
const AXE = `(async () => {
  for (const drawing of document.querySelectorAll('figure svg, .chart')) drawing.replaceChildren();
  const { violations } = await axe.run();
  return violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html.slice(0, 120)).join(' '));
})()`;

/** The looks of the page are looked at in these; its sums are checked in all. */
const looked = sampleOf(BROWSERS, 2);

for (const { name, installed, launch } of BROWSERS) {
  describe.skipIf(!installed)(name, { timeout: 2 * MINUTES }, () => {
    const browser = whileOpen(launch);

    // One page for all of them: each leaves it as a reader might.
    describe.runIf(looked.some((other) => other.name === name))('as a reader has it before him', () => {
      const { page, complaints } = whilePageIsOpen(browser, path);
      afterEach(() => expect(complaints()).toEqual([]));

      it('shows claims and figures at once, and every part of the page', async () => {
        expect(await page().$$eval('#read figure', (figures) => figures.length)).toBeGreaterThan(18);
        expect(await page().$$eval('.claims tbody tr', (rows) => rows.length)).toBeGreaterThan(90);
        for (const tab of ['walk', 'play', 'check', 'read']) {
          await page().click(`#tab-${tab}`);
          expect(await page().$eval(`#${tab}`, (part) => part.getBoundingClientRect().height)).toBeGreaterThan(100);
        }
      });

      it('shows the claims of a verdict', async () => {
        const shown = () =>
          page().$$eval('.claims tbody tr', (rows) =>
            rows.filter((row) => row.checkVisibility()).map((row) => row.querySelector('.verdict')?.textContent),
          );
        await page().click('#shown-fails');
        expect(new Set(await shown())).toEqual(new Set(['does not hold']));
        await page().click('#shown-all');
        expect(new Set(await shown()).size).toBe(3);
      });

      it('draws a figure anew, to work with', async () => {
        await page().locator('#figure-1 ::-p-text(Interactive)').click();
        await page().waitForSelector('#figure-1 .picture[data-interactive="true"] svg');
        // Who works by keys goes on from there.
        expect(await page().evaluate('document.activeElement.className')).toContain('picture');
      });

      it('leads from a figure to what it is made from, and back to where the reader was', async () => {
        await page().click('#tab-walk');
        const everything = Number.parseInt(await textOf(page(), '#walk-count'), 10);
        await page().click('#tab-read');
        await page().locator('#figure-2 ::-p-text(how it was made)').click();
        await page().waitForSelector('#walk:not([hidden])');
        const slice = Number.parseInt(await textOf(page(), '#walk-count'), 10);
        expect(slice).toBeLessThan(everything / 10);
        expect(await textOf(page(), '#walk-detail')).toContain('figures/figure-2.svg');
        await page().click('#tab-read');
        const there = await scrolled(page());
        expect(there).toBeGreaterThan(1000);
        await page().click('#tab-check');
        expect(await scrolled(page())).toBeLessThan(500);
        await page().goBack();
        expect([await isHidden(page(), 'read'), await scrolled(page())]).toEqual([false, there]);
        await page().click('#tab-walk');
        expect(page().url()).toMatch(/#walk\/figure-2$/);
      });

      it('fits a phone, where the verdict comes before the claim, and prints claims and figures', async () => {
        await page().setViewport({ width: 360, height: 740 });
        for (const tab of ['walk', 'play', 'check', 'read']) {
          await page().click(`#tab-${tab}`);
          expect(await page().evaluate('document.documentElement.scrollWidth'), tab).toBeLessThanOrEqual(360);
        }
        const tops = await page().$$eval('.claims tbody tr:first-child td', (cells) =>
          cells.map((cell) => cell.getBoundingClientRect().top),
        );
        expect(tops).toEqual([...tops].sort((a, b) => a - b));
        expect(await textOf(page(), '.claims tbody td')).toBe('holds');
        const pdf = await page().pdf({ format: 'a4' });
        expect(Buffer.from(pdf).subarray(0, 5).toString()).toBe('%PDF-');
        expect(pdf.length).toBeGreaterThan(100_000);
      });
    });

    // The policy of the page lets nothing in that was not in it: only Chromium can be told to look away.
    it.runIf(name === 'chrome')('has nothing that keeps readers out, in the light and in the dark', async () => {
      const page = await browser().newPage();
      await page.setBypassCSP(true);
      await page.goto(pathToFileURL(path).href);
      await page.waitForSelector('html[data-ready="true"]');
      await page.addScriptTag({ path: join(root, 'node_modules/axe-core/axe.min.js') });
      const titleIn = async (scheme: string) => {
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
        return page.evaluate(`getComputedStyle(document.querySelector('#figure-1 svg text')).fill`);
      };
      expect([await titleIn('light'), await titleIn('dark')]).toEqual(['rgb(34, 34, 34)', 'rgb(221, 221, 221)']);
      for (const tab of ['read', 'walk', 'play', 'check']) {
        await page.click(`#tab-${tab}`);
        if (tab === 'play') await page.waitForSelector('#play-status[data-done="true"]');
        for (const scheme of ['light', 'dark']) {
          await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
          expect(await page.evaluate(AXE), `${tab}, ${scheme}`).toEqual([]);
        }
      }
      await page.close();
    });

    it('recomputes all that leads to a figure', async () => {
      const { page, complaints } = await openPage(browser(), path, '#check/figure-3');
      expect([await textOf(page, '#check-leading'), await page.$eval('#check-slice', isDisabled)]).toEqual([
        expect.stringMatching(/^none of its \d+ stages/),
        true,
      ]);
      const { text, verdict } = await recomputed(page);
      expect([Number.parseInt(text, 10) > 20, verdict]).toEqual([true, 'good']);
      const provenance = readFileSync(join(root, 'artifacts/provenance/provenance.json'));
      expect(await textOf(page, '#check-page')).toBe(createHash('sha256').update(provenance).digest('hex'));
      expect(complaints).toEqual([]);
      await page.close();
    });

    // That both compute the same is tested on the stages of a figure.
    describe.runIf(name === 'chrome')('by a word', () => {
      it('recomputes the stages that it draws, to the same bytes', async () => {
        const { page, complaints } = await openPage(browser(), path, '#check', HURRIED_CLOCK);
        await page.type('#nonce', WORD);
        await page.click('button[data-seconds="10"]');
        const { text } = await verdictOf(page);
        expect(text).toMatch(/^[1-9]\d* of \d+ stages recomputed here, all equal.*95 % sure/);
        expect(complaints).toEqual([]);
        await page.close();
      });

      it('is stopped at any time, and then is sure of nothing; there is no receipt of nothing', async () => {
        const { page, complaints } = await openPage(browser(), path, '#check');
        const [receipt, stop] = ['#check-receipt', '#check-stop'];
        expect([await page.$eval(receipt, isDisabled), await page.$eval(stop, isDisabled)]).toEqual([true, true]);
        await page.type('#nonce', WORD);
        await page.click('button[data-seconds="600"]');
        await page.waitForFunction(
          `/ [1-9]\\d* of them drawn/.test(document.querySelector('#check-status').textContent)`,
        );
        expect(await textOf(page, '#check-status')).not.toContain('sure that');
        expect(await page.$eval('button[data-seconds="10"]', isDisabled)).toBe(true);
        await page.click(stop);
        const { text, verdict } = await verdictOf(page);
        expect([text, verdict]).toEqual([expect.stringContaining('did not come to an end'), 'part']);
        expect(text).not.toContain('sure that');
        expect([await page.$eval(receipt, isDisabled), await page.$eval(stop, isDisabled)]).toEqual([false, true]);
        expect(complaints).toEqual([]);
        await page.close();
      });
    });

    it.runIf(name === 'chrome')(
      'ends a stage that takes too long, says that nothing is known of it, and goes on',
      async () => {
        const hanging = join(newFolder(), 'report.html');
        const html = hung(
          readFileSync(path, 'utf8'),
          'params.nsnr2 === 0.75 && params.seed === 1',
          ({ provenance }) => {
            // The trainings of two seeds will do: one hangs, and the other is five stages.
            const figure = provenance.stages.find((stage) => stage.name === 'chart/figure-2');
            for (const wired of Object.values(figure?.inputs ?? {})) if (Array.isArray(wired)) wired.splice(4);
          },
        );
        writeFileSync(hanging, html);
        const { page } = await openPage(browser(), hanging, '#check', LIMITS_BY_HAND);
        const ending = recomputed(page);
        await page.waitForFunction(`parseInt(document.querySelector('#check-status').textContent) === 5`);
        await page.evaluate('[...limits.values()][0]()');
        const { text, verdict } = await ending;
        expect([text, verdict]).toEqual([expect.stringContaining('1 did not come to an end'), 'part']);
        expect(await textOf(page, '#check-problems')).toMatch(/nsnr2=0.75\/seed=1 is not finished after 60 s/);
        await page.close();
      },
    );

    // What turns the page red does not depend on the engine: of the others one will do.
    it.each(sampleOf(Object.entries(LIES), name === 'chrome' ? 1 : 3))('turns red by %s', async (_, change) => {
      const lying = join(newFolder(), 'report.html');
      writeFileSync(lying, tampered(readFileSync(path, 'utf8'), change));
      const { page } = await openPage(browser(), lying, '#check');
      const { text, verdict } = await recomputed(page);
      expect([text, verdict]).toEqual([expect.stringContaining('not what the lock says'), 'bad']);
      await page.close();
    });
  });
}

function isDisabled(control: { matches(selector: string): boolean }): boolean {
  return control.matches(':disabled');
}
