// Takes the picture of the page that the README begins with: docs/page.png. Needs Debian's Chromium, and the page of the last `all`.

import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import sharp from 'sharp';

const root = join(import.meta.dirname, '..');
/** The places of the slider of n·SNR² that are trained at, the last one shown. */
const PLACES = [150, 300, 420, 500, 580, 680, 820, 940, 620];

const browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage();
await page.setViewport({ width: 1120, height: 1000, deviceScaleFactor: 1.5 });
await page.goto(`file://${join(root, 'artifacts/report/report.html')}#play`);
for (const [i, place] of PLACES.entries()) {
  await page.waitForFunction(`document.querySelectorAll('#play circle').length === ${2 * (i + 1)}`);
  await page.$eval(
    '#nsnr2',
    (slider, to) => {
      Reflect.set(slider, 'value', String(to));
      slider.dispatchEvent(new Event('input'));
    },
    place,
  );
}
await page.waitForFunction(`document.querySelectorAll('#play circle').length === ${2 * (PLACES.length + 1)}`);
// From the tabs to the end of what is drawn.
const [top, bottom] = await Promise.all([
  page.$eval('nav', (tabs) => tabs.getBoundingClientRect().top),
  page.$eval('#play .columns', (columns) => columns.getBoundingClientRect().bottom),
]);
const picture = await page.screenshot({ clip: { x: 0, y: top, width: 1120, height: bottom - top + 12 } });
await browser.close();
await sharp(picture)
  .png({ palette: true, colours: 64, compressionLevel: 9, effort: 10 })
  .toFile(join(root, 'docs/page.png'));
