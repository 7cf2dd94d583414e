import { dirname, join } from 'node:path';
import { execaSync } from 'execa';
import { describeError, UserError } from './errors.ts';
import { statsAt } from './files.ts';

const MAX_BYTES = 256 * 1024 * 1024;

/**
 * The bytes of a file in a commit of a checkout; undefined if the commit does not have it.
 * @param commit Its full name, as `resolveCommit` gives it.
 * @throws {UserError} if it can't be read.
 */
export function fileAtCommit(root: string, commit: string, path: string): Buffer | undefined {
  if (git(root, ['ls-tree', commit, '--', path]) === '') return undefined;
  try {
    const { stdout } = execaSync('git', ['show', `${commit}:./${path}`], { ...optionsIn(root), encoding: 'buffer' });
    return Buffer.from(stdout);
  } catch {
    throw new UserError(`${path} of commit ${commit} can't be read: it may be too large`);
  }
}

/**
 * The commit that a name stands for.
 * @throws {UserError} if there is none.
 */
export function resolveCommit(root: string, name: string): string {
  try {
    return git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]).trim();
  } catch {
    throw new UserError(`git knows no commit named '${name}' in ${root}`);
  }
}

/**
 * The commits of all local branches and tags; none outside of a git checkout.
 * @throws {UserError} if git can't tell.
 */
export function localCommits(root: string): string[] {
  try {
    const listed = git(root, ['for-each-ref', '--format=%(objectname)', 'refs/heads', 'refs/tags']);
    return [...new Set(listed.split('\n').filter((line) => line !== ''))];
  } catch (error) {
    if (!isBelowGit(root)) return [];
    throw new UserError(
      `git can't tell which commits there are in ${root}, so what they need is not known: ${describeError(error)}`,
    );
  }
}

function isBelowGit(folder: string): boolean {
  return statsAt(join(folder, '.git')) !== undefined || (dirname(folder) !== folder && isBelowGit(dirname(folder)));
}

function git(root: string, args: readonly string[]): string {
  return execaSync('git', args, optionsIn(root)).stdout;
}

/** How git is called in a folder. */
function optionsIn(root: string) {
  return { cwd: root, stdin: 'ignore', maxBuffer: MAX_BYTES, stripFinalNewline: false } as const;
}
