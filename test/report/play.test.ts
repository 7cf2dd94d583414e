import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Page } from 'puppeteer-core';
import { describe, expect, it } from 'vitest';
import { meanDenoised } from '../../science/denoising.ts';
import { forwardStep } from '../../science/forward-step.ts';
import { row } from '../../science/matrix.ts';
import { colorOf, GREYS } from '../../stages/figure/palette.ts';
import { type DigitModels, digitModelsFile } from '../../stages/formats/digit-models.ts';
import { newFolder } from '../support/folder.ts';
import { until } from '../support/poll.ts';
import { sampleOf } from '../support/sample.ts';
import { BROWSERS, openPage, textOf } from './browsers.ts';
import { MINUTES, makeReport, REPORT as path, root, whileOpen } from './made-report.ts';
import { hung } from './tampered.ts';

makeReport();

function modelsOf(figure: string): DigitModels {
  return digitModelsFile.decode(readFileSync(join(root, `artifacts/digit-models/${figure}/models.safetensors`)));
}

/** How red each pixel of a picture of a digit is. */
function redOf(page: Page, title: string): Promise<number[]> {
  return page.$eval(`#digits .pictures canvas[aria-label="${title}"]`, (canvas) => {
    const { data = [] } = canvas.getContext('2d')?.getImageData(0, 0, 28, 28) ?? {};
    return [...data].filter((_, i) => i % 4 === 0);
  });
}

/** The seed of the noise in the address. */
function noiseIn(page: Page): string | undefined {
  return /[#&]noise=(\d+)/.exec(page.url())?.[1];
}

async function moveSlider(page: Page, id: string, place: number): Promise<void> {
  await page.$eval(
    `input#${id}`,
    (slider, to) => {
      slider.value = String(to);
      slider.dispatchEvent(new Event('input'));
    },
    place,
  );
}

/** How many different curves of the diffusion model's signal learning are drawn meanwhile. */
async function drawnWhile(page: Page, work: () => Promise<void>): Promise<number> {
  await page.evaluate(`{
    const drawn = new Set();
    new MutationObserver(() => {
      drawn.add(document.querySelector('#play .charts path').getAttribute('d'));
      document.body.dataset.drawn = drawn.size;
    }).observe(document.querySelector('#play .charts'), { subtree: true, childList: true });
  }`);
  await work();
  return Number(await page.$eval('body', (body) => body.dataset.drawn));
}

for (const { name, installed, launch } of sampleOf(BROWSERS, 2)) {
  describe.skipIf(!installed)(name, { timeout: 2 * MINUTES }, () => {
    const browser = whileOpen(launch);

    it('trains both models by the code of the pipeline, at the setting of its address', async () => {
      const { page, complaints } = await openPage(browser(), path, '#nsnr2=6.75&seed=2');
      await page.waitForSelector('#play-status[data-done="true"]');
      expect(await textOf(page, '#play-status')).toMatch(/^Trained in .* the classifier for 2000 iterations/);
      const command = await textOf(page, '#play-command');
      expect(command).toContain('--set synthetic.high=6.75 --set synthetic.seeds=2');
      const [program = '', ...args] = command.split(' ');
      const planned = await execa(program, [...args, '--dry-run'], { cwd: root });
      expect(planned.stdout).toContain('train-diffusion/synthetic/nsnr2=6.75/seed=2');
      expect(await page.$$eval('#play .chart', (charts) => charts.length)).toBe(3);
      expect(complaints).toEqual([]);
      await page.close();
    });

    it('draws the learning while models train, and keeps how each training of the visit has ended', async () => {
      const { page, complaints } = await openPage(browser(), path, '#nsnr2=6.75');
      await page.waitForSelector('#play-status[data-done="true"]');
      const drawn = await drawnWhile(page, async () => {
        await moveSlider(page, 'nsnr2', 600);
        await page.waitForFunction(`document.querySelectorAll('#play circle').length === 4`);
      });
      expect(drawn).toBeGreaterThan(3);
      expect(await page.$$eval('#play circle[opacity="0.3"]', (faint) => faint.length)).toBe(0);
      await moveSlider(page, 'm', 300);
      await page.waitForFunction(`document.querySelectorAll('#play circle').length === 6`);
      expect(await page.$$eval('#play circle[opacity="0.3"]', (faint) => faint.length)).toBe(4);
      expect(complaints).toEqual([]);
      await page.close();
    });

    it('leaves a training that never ends for another setting, and keeps no dot of it', async () => {
      const hanging = join(newFolder(), 'report.html');
      const html = hung(readFileSync(path, 'utf8'), 'params.n === 100');
      writeFileSync(hanging, html);
      const { page, complaints } = await openPage(browser(), hanging, '#n=100');
      await page.locator('#play ::-p-text(Our setting)').click();
      await page.waitForSelector('#play-status[data-done="true"]');
      expect(await page.$$eval('#play circle', (dots) => dots.length)).toBe(2);
      expect(await page.$eval('#n', (slider) => slider.parentElement?.textContent)).toMatch(/samples30$/);
      await until('the address to follow', () => page.url().endsWith('#play'));
      expect(complaints).toEqual([]);
      await page.close();
    });

    it('says what of an address it can not follow', async () => {
      const { page } = await openPage(browser(), path, '#nsnr2=many&n=30');
      expect(await textOf(page, '#play-refused')).toContain('nsnr2 is many, and can be from 0.05 to 60');
      await page.close();
    });

    it('gives both models of a figure a digit that is chosen or drawn', async () => {
      const { page, complaints } = await openPage(browser(), path, '#play');
      await page.select('#digits-models', 'figure-a2-noisy-mnist-high');
      await page.click('#digits .thumbnails button:nth-child(2)');
      const models = modelsOf('figure-a2-noisy-mnist-high');
      const mean = meanDenoised(models.diffusion, row(models.images, 1), forwardStep(models.setting.t));
      const greys = Array.from(mean, (value) => colorOf(GREYS, value, models.setting.scale)[0]);
      expect(await redOf(page, 'denoised, mean over noise')).toEqual(greys);

      const noised = await redOf(page, 'noised xₜ');
      await page.locator('#digits ::-p-text(Other noise)').click();
      expect(await redOf(page, 'noised xₜ')).not.toEqual(noised);
      await until('the address to name the noise', () => noiseIn(page) !== undefined);

      await page.locator('#digits ::-p-text(Clear)').click();
      const black = await redOf(page, 'digit x');
      expect(new Set(black).size).toBe(1);
      const board = await page.$('#digits .sliders > canvas');
      await board?.scrollIntoView();
      const box = await board?.boundingBox();
      if (!box) throw new Error('there is nothing to draw on');
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 4);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 2, box.y + (3 * box.height) / 4, { steps: 20 });
      await page.mouse.up();
      const drawn = await redOf(page, 'digit x');
      const ink = (rows: readonly [number, number]) =>
        drawn.slice(28 * rows[0], 28 * rows[1]).filter((red) => red > (black[0] ?? 0)).length;
      expect([ink([0, 4]), ink([8, 20]) > 24, ink([24, 28])]).toEqual([0, true, 0]);

      // The address holds it all, for whoever opens the page elsewhere; it is written some time after the last change.
      const before = noiseIn(page);
      await page.locator('#digits ::-p-text(Other noise)').click();
      const noisedAgain = await redOf(page, 'noised xₜ');
      await until('the address to follow', () => noiseIn(page) !== before);
      const { hash } = new URL(page.url());
      expect(complaints).toEqual([]);
      await page.close();
      const { page: other, complaints: others } = await openPage(browser(), path, hash);
      expect(await redOf(other, 'digit x')).toEqual(drawn);
      expect(await redOf(other, 'noised xₜ')).toEqual(noisedAgain);
      expect(await textOf(other, '#digits-message')).toBe('');

      // A part of it is lost.
      await other.goto('about:blank');
      await other.goto(`file://${path}${hash.slice(0, -20)}`);
      await other.waitForSelector('html[data-ready="true"]');
      expect(await textOf(other, '#digits-message')).toContain('names no digit that can be shown');
      expect(await redOf(other, 'digit x')).not.toEqual(drawn);
      expect(others).toEqual([]);
      await other.close();
    });
  });
}
