import { dirname, join, relative } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { describeError, UserError } from '../engine/errors.ts';
import { type FileIdentity, fileIdentity } from '../engine/file-digests.ts';
import type { Graph } from '../engine/graph.ts';
import { ARTIFACTS } from '../engine/layout.ts';
import { type Pipeline, rootOf } from '../engine/pipeline.ts';
import { openerOf, pathOfPage } from './beside-page.ts';
import { type ChoiceOptions, DEFAULT_OUT } from './choice.ts';
import { configurationOf } from './configuration.ts';
import { interruptible } from './interruptible.ts';
import { OUTDATED, sayerFor } from './stand-by.ts';

/** Within this time arrives all that an editor writes at one save. */
const TOGETHER_MS = 5;
/** Within this time the watcher tells again of a save whose beginning it has told. */
const REST_MS = 100;

export interface WatchOptions extends ChoiceOptions {
  readonly json?: boolean;
}

/**
 * Brings everything up to date, and again whenever a file of the checkout changes, until Ctrl-C; returns the exit code.
 * The runs are in a process of their own, which stands by for changes (stand-by.ts). A change ends the run that is at
 * work. If that process does not stand by yet, or the change is of code that decides the graph, a new process takes its
 * place.
 * @param args The words of the same command without watching.
 */
export async function watch(pipeline: Pipeline, args: readonly string[], options: WatchOptions): Promise<number> {
  // Loaded here, since it is native code that no other command needs.
  const { subscribe } = await import('@parcel/watcher');
  const root = rootOf(pipeline);
  const { graph, placeFolder } = await configurationOf(pipeline, options);
  const ignore = generatedFolders(graph, placeFolder).map((folder) => join(root, folder));
  const page = pathOfPage(pipeline, graph);
  const say = sayerFor(options);
  if (page !== undefined) say(`a page that follows what changes: ${openerOf(join(root, placeFolder, page))}`);
  return interruptible(async (signal) => {
    const changed = new Set<string>();
    let told = new Map<string, FileIdentity | undefined>();
    let toldAt = 0;
    let wake = () => {};
    let problem: Error | undefined;
    const note = (paths: readonly string[]) => {
      for (const path of paths) changed.add(path);
      wake();
    };
    const subscription = await subscribe(
      root,
      (error, events) => {
        problem ??= error ?? undefined;
        note((events ?? []).map(({ path }) => relative(root, path)));
      },
      { ignore },
    );
    signal.addEventListener('abort', () => wake());
    const start = () =>
      startRunner(root, args, () => {
        // What was told then is news to the next process, however soon.
        toldAt = Number.NEGATIVE_INFINITY;
        note([...told.keys()]);
      });
    let runner = start();
    try {
      for (;;) {
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        if (changed.size === 0 && !signal.aborted) await woken;
        if (problem !== undefined) throw new UserError(`${root} can't be watched: ${describeError(problem)}`);
        if (signal.aborted) return 0;
        await setTimeout(TOGETHER_MS);
        const found = new Map([...changed].map((path) => [path, fileIdentity(join(root, path))]));
        changed.clear();
        const isKnown = [...found].every(([path, identity]) => identity !== undefined && told.get(path) === identity);
        if (isKnown && performance.now() - toldAt < REST_MS) continue;
        told = found;
        toldAt = performance.now();
        const paths = [...told.keys()];
        if (await runner.take(paths)) continue;
        await runner.end();
        if (signal.aborted) return 0;
        say(`changed: ${paths.join(', ')}`);
        runner = start();
      }
    } finally {
      await runner.end();
      await subscription.unsubscribe();
    }
  });
}

/** The process that runs. */
interface Runner {
  /** Gives it the paths of what has changed, if it stands by for that; returns whether it does. */
  take(changed: readonly string[]): Promise<boolean>;
  end(): Promise<void>;
}

/** @param onOutdated Is called when it has ended because of the last change, which it can't take. */
function startRunner(root: string, args: readonly string[], onOutdated: () => void): Runner {
  const running = execa(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...args, '--stand-by'], {
    cwd: root,
    stdio: 'inherit',
    ipc: true,
    reject: false,
  });
  let standsBy = false;
  running.on('message', () => {
    standsBy = true;
  });
  void running.then(({ exitCode }) => {
    standsBy = false;
    if (exitCode === OUTDATED) onOutdated();
  });
  return {
    take: async (changed) => {
      if (!standsBy) return false;
      try {
        await running.sendMessage([...changed]);
        return true;
      } catch {
        // It has just ended.
        return false;
      }
    },
    end: async () => {
      running.kill('SIGINT');
      await running;
    },
  };
}

/** The folders that are not watched, from the root: those that runs write to, and those of packages and of git. */
function generatedFolders(graph: Graph, placeFolder: string): string[] {
  const published = [...graph.values()].flatMap(({ publish }) => [...publish.values()].map((path) => dirname(path)));
  const folders = [ARTIFACTS, DEFAULT_OUT, 'node_modules', '.git', ...published.filter((folder) => folder !== '.')];
  return [...new Set([...folders, ...(placeFolder === '' ? [] : [placeFolder])])];
}
