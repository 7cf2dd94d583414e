import { dirname, join, relative } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { describeError, UserError } from '../engine/errors.ts';
import type { Graph } from '../engine/graph.ts';
import { ARTIFACTS } from '../engine/layout.ts';
import { type Pipeline, rootOf } from '../engine/pipeline.ts';
import { openerOf, pathOfPage } from './beside-page.ts';
import { type ChoiceOptions, DEFAULT_OUT } from './choice.ts';
import { configurationOf } from './configuration.ts';
import { interruptible } from './interruptible.ts';
import { print } from './print.ts';

/** What editors write at one save arrives within this time. */
const TOGETHER_MS = 30;

/**
 * Brings everything up to date, and again whenever a file of the checkout changes, until Ctrl-C; returns the exit code. Each
 * time in a process of its own, which finds code and params as they are now. A change ends the run that is at work.
 * @param args The same command without watching.
 */
export async function watch(pipeline: Pipeline, args: readonly string[], options: ChoiceOptions): Promise<number> {
  // Loaded here, since it is native code that no other command needs.
  const { subscribe } = await import('@parcel/watcher');
  const root = rootOf(pipeline);
  const { graph, placeFolder } = await configurationOf(pipeline, options);
  const ignore = generatedFolders(graph, placeFolder).map((folder) => join(root, folder));
  const page = pathOfPage(pipeline, graph);
  if (page !== undefined) print(`a page that follows what changes: ${openerOf(join(root, placeFolder, page))}`);
  return interruptible(async (signal) => {
    let changed: string[] = [];
    let wake = () => {};
    let problem: Error | undefined;
    const subscription = await subscribe(
      root,
      (error, events) => {
        problem ??= error ?? undefined;
        changed.push(...(events ?? []).map(({ path }) => relative(root, path)));
        wake();
      },
      { ignore },
    );
    try {
      while (!signal.aborted) {
        const running = execa(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...args], {
          cwd: root,
          stdio: 'inherit',
          reject: false,
        });
        const waiting = new Promise<void>((resolve) => {
          wake = resolve;
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
        await waiting;
        running.kill('SIGINT');
        await running;
        if (problem !== undefined) throw new UserError(`${root} can't be watched: ${describeError(problem)}`);
        await setTimeout(TOGETHER_MS);
        if (!signal.aborted) print(`changed: ${[...new Set(changed)].join(', ')}`);
        changed = [];
      }
    } finally {
      await subscription.unsubscribe();
    }
    return 0;
  });
}

/** The folders that runs write to, and those of packages and of git; from the root. */
function generatedFolders(graph: Graph, placeFolder: string): string[] {
  const published = [...graph.values()].flatMap(({ publish }) => [...publish.values()].map((path) => dirname(path)));
  const folders = [ARTIFACTS, DEFAULT_OUT, 'node_modules', '.git', ...published.filter((folder) => folder !== '.')];
  return [...new Set([...folders, ...(placeFolder === '' ? [] : [placeFolder])])];
}
