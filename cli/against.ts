import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Checkout } from '../engine/checkout.ts';
import { UserError } from '../engine/errors.ts';
import { fileAtCommit, resolveCommit } from '../engine/git.ts';
import type { Graph } from '../engine/graph.ts';
import { LOCK } from '../engine/layout.ts';
import { compareLocks } from '../engine/lock-diff.ts';
import { parseLock, readLock } from '../engine/lock-file.ts';
import { type ChangeGroup, groupsOf } from './change-groups.ts';

/** A published file that has changed, before and after, as base64. A side that lacks it is left out. */
interface ChangedFile {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

/** What has changed since a commit, or since what a folder holds. */
export interface Comparison {
  readonly against: string;
  readonly files: readonly ChangedFile[];
  /** How the locks differ; empty if a side has none. */
  readonly changes: readonly ChangeGroup[];
}

/** What to compare with: a name, and the files that it stands for. */
export interface Before {
  readonly name: string;
  readonly files: Files;
}

/**
 * The files of a commit, or of a folder that is laid out as a checkout.
 * @throws {UserError} if neither is there.
 */
export function beforeOf(name: string, root: string): Before {
  return { name, files: isFolder(name) ? inFolder(resolve(name)) : atCommit(root, name) };
}

/**
 * Compares what people look at with what it was.
 * @param folder The folder that outputs are put below.
 */
export function comparisonWith(
  { name, files: before }: Before,
  checkout: Checkout,
  graph: Graph,
  folder: string,
): Comparison {
  const after = inFolder(folder);
  const published = [...graph.values()].flatMap((stage) => [...stage.publish.values()]);
  // A figure is compared as SVG where it is one.
  const paths = published.filter((path) => !(path.endsWith('.png') && published.includes(path.replace(/png$/, 'svg'))));
  const files = paths.flatMap((path): ChangedFile[] => {
    const [old, now] = [before(path)?.toString('base64'), after(path)?.toString('base64')];
    if (old === now) return [];
    return [{ path, ...(old === undefined ? {} : { before: old }), ...(now === undefined ? {} : { after: now }) }];
  });
  const oldLock = before(LOCK);
  const newLock = readLock(checkout.layout);
  const changes =
    oldLock === undefined || newLock === undefined
      ? []
      : groupsOf(compareLocks(parseLock(oldLock.toString(), `${LOCK} of ${name}`), newLock, checkout, graph));
  return { against: name, files, changes };
}

/** The bytes of a file at a path from the root; undefined if there is none. */
type Files = (path: string) => Buffer | undefined;

function inFolder(folder: string): Files {
  return (path) => {
    const file = join(folder, path);
    return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file) : undefined;
  };
}

function atCommit(root: string, name: string): Files {
  const commit = resolveCommit(root, name);
  return (path) => fileAtCommit(root, commit, path);
}

function isFolder(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile()) throw new UserError(`${path} is a file: compare with a commit, or with a folder`);
  return stats?.isDirectory() === true;
}
