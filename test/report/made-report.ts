import { join } from 'node:path';
import { execa } from 'execa';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll } from 'vitest';

export const root = join(import.meta.dirname, '../..');

/** The page of this checkout. */
export const REPORT = join(root, 'artifacts/report/report.html');

export const MINUTES = 60_000;

/** Has the page made before the tests of a file. */
export function makeReport(): void {
  beforeAll(async () => {
    await execa('npx', ['tsx', 'pipeline.ts', 'run', 'report'], { cwd: root });
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
