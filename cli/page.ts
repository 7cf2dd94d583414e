import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { execa } from 'execa';
import { openCheckout } from '../engine/checkout.ts';
import { UsageError } from '../engine/errors.ts';
import { writeFileAtomically } from '../engine/files.ts';
import { type Pipeline, rootOf } from '../engine/pipeline.ts';
import { comparisonWith, filesOf } from './against.ts';
import { openerOf, pathOfPage } from './beside-page.ts';
import { DEFAULT_OUT } from './choice.ts';
import { configurationOf } from './configuration.ts';
import { print } from './print.ts';
import { type RunCommandOptions, run } from './run.ts';

export interface PageOptions extends RunCommandOptions {
  /** A commit or a folder to compare with. */
  readonly against?: string;
}

/** Brings the page of a pipeline up to date, prints its path, and opens it where there is a display; returns the exit code. */
export async function openPage(
  pipeline: Pipeline,
  { stage, output }: NonNullable<Pipeline['page']>,
  options: PageOptions,
): Promise<number> {
  const { graph, placeFolder } = await configurationOf(pipeline, options);
  const pagePath = pathOfPage(pipeline, graph);
  if (pagePath === undefined) throw new UsageError(`no stage '${stage}' makes a '${output}'`);
  const { against } = options;
  // What can't be compared with is told before anything runs.
  const before = against === undefined ? undefined : filesOf(against, rootOf(pipeline));
  // All that is published is compared.
  const exitCode = await run(pipeline, against === undefined ? [stage] : undefined, options);
  if (exitCode !== 0 || options.dryRun) return exitCode;
  const folder = join(rootOf(pipeline), placeFolder);
  const made = join(folder, pagePath);
  const path =
    against === undefined
      ? made
      : join(rootOf(pipeline), DEFAULT_OUT, `against-${against.replaceAll(/\W+/g, '-')}.html`);
  if (against !== undefined && before !== undefined) {
    const comparison = comparisonWith(before, against, openCheckout(pipeline, placeFolder), graph, folder);
    mkdirSync(dirname(path), { recursive: true });
    writeFileAtomically(path, withBlock(readFileSync(made, 'utf8'), 'against', comparison));
  }
  if (options.json) print(JSON.stringify({ event: 'page', path }));
  else print(path);
  const opener = openerHere();
  // The page is there, whether something shows it or not.
  if (opener !== undefined)
    await execa(opener, [against === undefined ? openerOf(path) : path], { reject: false, stdio: 'ignore' });
  return 0;
}

/** A page with a value that its script may look for. */
function withBlock(html: string, id: string, value: unknown): string {
  const packed = deflateRawSync(JSON.stringify(value)).toString('base64');
  const at = html.lastIndexOf('<script type="module">');
  return `${html.slice(0, at)}<script type="text/plain" id="${id}">${packed}</script>\n${html.slice(at)}`;
}

/** What opens a page for a person who looks at this terminal; undefined where there is no display. */
function openerHere(): string | undefined {
  if (!process.stdout.isTTY) return undefined;
  if (process.platform === 'darwin') return 'open';
  if (process.platform === 'win32') return 'explorer';
  return process.env.DISPLAY || process.env.WAYLAND_DISPLAY ? 'xdg-open' : undefined;
}
