import { join } from 'node:path';
import { execa } from 'execa';
import { UsageError } from '../engine/errors.ts';
import { ARTIFACTS } from '../engine/layout.ts';
import { type Pipeline, rootOf } from '../engine/pipeline.ts';
import { configurationOf } from './configuration.ts';
import { print } from './print.ts';
import { type RunCommandOptions, run } from './run.ts';

/** Brings the page of a pipeline up to date, prints its path, and opens it where there is a display; returns the exit code. */
export async function openPage(
  pipeline: Pipeline,
  { stage, output }: NonNullable<Pipeline['page']>,
  options: RunCommandOptions,
): Promise<number> {
  const { graph, placeFolder } = await configurationOf(pipeline, options);
  const file = graph.get(stage)?.files.get(output);
  if (file === undefined) throw new UsageError(`no stage '${stage}' makes a '${output}'`);
  const exitCode = await run(pipeline, [stage], options);
  if (exitCode !== 0 || options.dryRun) return exitCode;
  const path = join(rootOf(pipeline), placeFolder, ARTIFACTS, stage, file);
  if (options.json) print(JSON.stringify({ event: 'page', path }));
  else print(path);
  const opener = openerHere();
  // The page is there, whether something shows it or not.
  if (opener !== undefined) await execa(opener, [path], { reject: false, stdio: 'ignore' });
  return 0;
}

/** What opens a page for a person who looks at this terminal; undefined where there is no display. */
function openerHere(): string | undefined {
  if (!process.stdout.isTTY) return undefined;
  if (process.platform === 'darwin') return 'open';
  if (process.platform === 'win32') return 'explorer';
  return process.env.DISPLAY || process.env.WAYLAND_DISPLAY ? 'xdg-open' : undefined;
}
