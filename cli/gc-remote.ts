import { UsageError, UserError } from '../engine/errors.ts';
import { readOptionalFile } from '../engine/files.ts';
import { type Lock, parseLock } from '../engine/lock-file.ts';
import { openRemote } from '../engine/open-remote.ts';
import { findRemoteGarbage, removeRemoteGarbage } from '../engine/remote-gc.ts';
import type { GcOptions } from './gc.ts';
import { interruptible } from './interruptible.ts';
import { print } from './print.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Removes from a shared store what is old, and what none of some locks needs; returns the exit code. */
export function gcRemote(url: string, { keepDays, dryRun = false, lock: paths }: GcOptions): Promise<number> {
  if (paths.length === 0 || keepDays === 0) {
    throw new UsageError(
      'others use a shared store, so gc must be told what they need: the locks of all, each with --lock <file>, and how long ' +
        'what is in no lock yet is kept, with --keep-days <n>',
    );
  }
  const locks = paths.map(lockAt);
  return interruptible(async (signal) => {
    const remote = await openRemote(url, signal);
    const oldest = new Date(Date.now() - keepDays * DAY_MS);
    const garbage = await findRemoteGarbage(remote, locks, oldest);
    const { oldResults, oldObjects, kept } = garbage;
    if (dryRun) {
      for (const recipe of oldResults) print(`would remove ac/${recipe}`);
      for (const digest of oldObjects) print(`would remove cas/${digest}`);
    } else {
      await removeRemoteGarbage(remote, garbage, oldest);
    }
    const what = `${oldResults.size + oldObjects.size} files of ${remote.name}, ${kept} stay`;
    print(dryRun ? `would remove ${what}` : `removed ${what}`);
    return 0;
  });
}

function lockAt(path: string): Lock {
  const text = readOptionalFile(path);
  if (text === undefined) throw new UserError(`${path} is no file: --lock is the lock of one who uses the store`);
  return parseLock(text, path);
}
