import {
  appendFileSync,
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { reached } from './fault-points.ts';

const LINES_AT_ONCE = 10_000;

/** Errors that say that a file, or a link to itself, stands where a folder of the path should be. */
const NO_FOLDER = new Set<unknown>(['ENOTDIR', 'ELOOP']);

/** What stands at a path, links not followed; undefined if there is nothing. */
export function statsAt(path: string): Stats | undefined {
  try {
    // Most often nothing is there, and an error takes long to make.
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (error instanceof Error && 'code' in error && NO_FOLDER.has(error.code)) return undefined;
    throw error;
  }
}

/** The paths of everything below a folder but folders; none if there is no such folder. */
export function pathsBelow(folder: string): string[] {
  if (!statsAt(folder)?.isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? pathsBelow(path) : [path];
  });
}

/** The text of a file; undefined if there is no such file. */
export function readOptionalFile(path: string): string | undefined {
  return statsAt(path)?.isFile() ? readFileSync(path, 'utf8') : undefined;
}

/** Writes a file; if that fails, nothing is left at the path. @returns what was written. */
export function writeNewFile(path: string, contents: Uint8Array, mode: number): Stats {
  try {
    const descriptor = openSync(path, 'w', mode);
    try {
      reached('file:half-written', () => writeFileSync(descriptor, contents.subarray(0, contents.length / 2)));
      writeFileSync(descriptor, contents);
      return fstatSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

/**
 * Writes a file so that its path holds, at any moment, the old contents or the new, whole. Without a mode, the umask
 * decides.
 * @returns what was written, as it was just before it came to its path.
 */
export function writeFileAtomically(path: string, contents: string | Uint8Array, mode?: number): Stats {
  return replaceAtomically(path, mode, (part) => {
    reached('file:half-written', () => writeFileSync(part, contents.slice(0, contents.length / 2)));
    writeFileSync(part, contents);
  });
}

/** Writes lines of text in the same way. They may be more than one string can hold. */
export function writeLinesAtomically(path: string, lines: readonly string[]): void {
  replaceAtomically(path, undefined, (part) => {
    writeFileSync(part, '');
    for (let at = 0; at < lines.length; at += LINES_AT_ONCE) {
      const some = lines.slice(at, at + LINES_AT_ONCE);
      appendFileSync(part, some.map((line) => `${line}\n`).join(''));
    }
  });
}

/**
 * Copies a file so that its new path holds, at any moment, the old contents or the new, whole.
 * @returns the copy, as it was just before it came to its path.
 */
export function copyFileAtomically(source: string, path: string, mode: number): Stats {
  return replaceAtomically(path, mode, (part) => copyFileSync(source, part, constants.COPYFILE_FICLONE));
}

/**
 * Makes a path another name of a file, by a hard link; where there can be none, as between two file systems, a
 * read-only copy. What was at the path is replaced.
 */
export function linkOrCopy(source: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  if (statsAt(path) !== undefined) rmSync(path);
  try {
    linkSync(source, path);
  } catch (error) {
    if (!isRefusedLink(error)) throw error;
    copyFileAtomically(source, path, 0o444);
  }
}

/**
 * Whether a link is impossible: between two file systems, on one without links, or to a file with as many as it may
 * have.
 */
function isRefusedLink(error: unknown): boolean {
  const refusals = ['EXDEV', 'EPERM', 'ENOSYS', 'ENOTSUP', 'EMLINK'];
  return error instanceof Error && 'code' in error && refusals.includes(String(error.code));
}

function replaceAtomically(path: string, mode: number | undefined, write: (part: string) => void): Stats {
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.part`;
  rmSync(part, { force: true, recursive: true });
  try {
    write(part);
    if (mode !== undefined) chmodSync(part, mode);
    reached('file:written');
    syncNow(part);
    reached('file:synced');
    const written = lstatSync(part);
    renameSync(part, path);
    reached('file:replaced');
    return written;
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

function syncNow(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
