import { join } from 'node:path';
import { execa } from 'execa';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll } from 'vitest';
import { openPage, type Watched } from './browsers.ts';

export const root = join(import.meta.dirname, '../..');

/** The page of this checkout. */
export const REPORT = join(root, 'artifacts/report/report.html');

export const MINUTES = 60_000;

/** Has the page made before the tests of a file. */
export function makeReport(): void {
  beforeAll(async () => {
    await execa('npx', ['tsx', 'pipeline.ts', 'all'], { cwd: root });
  }, 15 * MINUTES);
}

/** Has a browser open while some tests run; the function gives it to them. */
export function whileOpen(launch: () => Promise<Browser>): () => Browser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launch();
  }, MINUTES);
  afterAll(() => browser?.close());
  return () => {
    if (browser === undefined) throw new Error('a browser is open only while tests run');
    return browser;
  };
}

/** Has a page open while some tests run; the functions give it to them, and what it has complained of. */
export function whilePageIsOpen(browser: () => Browser, path: string): { page(): Page; complaints(): string[] } {
  let watched: Watched | undefined;
  beforeAll(async () => {
    watched = await openPage(browser(), path);
  }, MINUTES);
  afterAll(() => watched?.page.close());
  const get = () => {
    if (watched === undefined) throw new Error('a page is open only while tests run');
    return watched;
  };
  return { page: () => get().page, complaints: () => get().complaints };
}
