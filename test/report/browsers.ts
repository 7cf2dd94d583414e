import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';

/** The browsers of Debian, each with a JavaScript engine of its own; only those that are installed. */
export const BROWSERS = (
  [
    { name: 'chrome', path: '/usr/bin/chromium', args: ['--no-sandbox'] },
    { name: 'firefox', path: '/usr/bin/firefox-esr', args: [] },
  ] as const
).map(({ name, path, args }) => ({
  name,
  installed: existsSync(path),
  launch: (): Promise<Browser> => puppeteer.launch({ browser: name, executablePath: path, args: [...args] }),
}));

/** What a page has complained of, and asked the network for. */
export interface Watched {
  readonly page: Page;
  readonly complaints: string[];
}

/** Opens a page from disk, and waits until it is ready. @param before A script that runs before any of the page. */
export async function openPage(browser: Browser, path: string, hash = '', before = ''): Promise<Watched> {
  const page = await browser.newPage();
  if (before !== '') await page.evaluateOnNewDocument(before);
  await page.setViewport({ width: 1200, height: 900 });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warn') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (/^(https?|wss?):/.test(request.url())) complaints.push(`it asks for ${request.url()}`);
  });
  await page.goto(pathToFileURL(path).href + hash);
  await page.waitForSelector('html[data-ready="true"]');
  return { page, complaints };
}

/** The text of an element. */
export function textOf(page: Page, selector: string): Promise<string> {
  return page.$eval(selector, (element) => element.textContent ?? '');
}
