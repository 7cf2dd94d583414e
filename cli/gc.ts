import { relative } from 'node:path';
import { UsageError } from '../engine/errors.ts';
import { findGarbage, removeGarbage } from '../engine/gc.ts';
import { type Pipeline, rootOf } from '../engine/pipeline.ts';
import { filesBesidePage } from './beside-page.ts';
import { configurationOf } from './configuration.ts';
import { formatBytes } from './format.ts';
import { inSession } from './in-session.ts';
import { showError } from './plain-view.ts';
import { print } from './print.ts';

export interface GcOptions {
  readonly keepDays: number;
  readonly dryRun?: boolean;
  /** The URL of a shared store to collect in place of the checkout's own. */
  readonly remote?: string;
  /** The lock files of all who use that. */
  readonly lock: readonly string[];
}

/** Removes what neither the pipeline nor the lock of any local branch or tag needs. */
export async function gc(pipeline: Pipeline, options: GcOptions): Promise<number> {
  const { keepDays, dryRun = false, remote } = options;
  if (remote === undefined && options.lock.length > 0)
    throw new UsageError('--lock is for a shared store: give --remote <url>, too');
  if (remote !== undefined) {
    const { gcRemote } = await import('./gc-remote.ts');
    return gcRemote(remote, options);
  }
  const { graph } = await configurationOf(pipeline, { set: [] });
  const beside = filesBesidePage(pipeline, graph, rootOf(pipeline));
  await inSession(pipeline, '', showError, new AbortController().signal, async (session) => {
    const garbage = await findGarbage(session, graph, { keepDays, beside });
    if (dryRun) {
      for (const { path, bytes } of garbage.files)
        print(`would remove ${relative(rootOf(pipeline), path)} (${formatBytes(bytes)})`);
    } else {
      await removeGarbage(session, garbage);
      session.save();
    }
    const total = formatBytes(garbage.files.reduce((sum, { bytes }) => sum + bytes, 0));
    const what = `${garbage.results.length} results and ${garbage.files.length} files, ${total}`;
    print(dryRun ? `would remove ${what}` : `removed ${what}`);
  });
  return 0;
}
