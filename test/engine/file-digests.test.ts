import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { digestBytes } from '../../engine/digest.ts';
import { FileDigests, wasAtRestAt } from '../../engine/file-digests.ts';
import { statsAt, writeFileAtomically } from '../../engine/files.ts';
import { newFolder } from '../support/folder.ts';

const digest = digestBytes('written');

afterEach(() => {
  vi.useRealTimers();
});

test('a file that was just written is known, until anything happens to it', () => {
  const path = join(newFolder(), 'file');
  const digests = new FileDigests(join(newFolder(), 'memory.json'));
  digests.noteWritten(path, digest, writeFileAtomically(path, 'written'));
  expect([
    digests.isKnown(statsAt(path), path, digest),
    digests.isKnown(statsAt(path), path, digestBytes('other')),
  ]).toEqual([true, false]);
  appendFileSync(path, ' and edited');
  expect(digests.isKnown(statsAt(path), path, digest)).toBe(false);
  expect(digests.digestOf(path)).toBe(digestBytes('written and edited'));
});

test('a file that somebody else has edited, replaced or removed before it is noted is not known', () => {
  const edits: ((path: string) => void)[] = [
    (path) => appendFileSync(path, ' and edited'),
    (path) => {
      writeFileSync(path, 'WRITTEN');
      utimesSync(path, 1, 1);
    },
    (path) => {
      writeFileSync(`${path}.new`, 'WRITTEN');
      renameSync(`${path}.new`, path);
    },
    (path) => renameSync(path, `${path}.away`),
    (path) => {
      renameSync(path, `${path}.away`);
      symlinkSync(`${path}.away`, path);
    },
    (path) => {
      renameSync(path, `${path}.away`);
      mkdirSync(path);
    },
  ];
  for (const edit of edits) {
    const path = join(newFolder(), 'file');
    const digests = new FileDigests(join(newFolder(), 'memory.json'));
    const written = writeFileAtomically(path, 'written');
    edit(path);
    digests.noteWritten(path, digest, written);
    expect(digests.isKnown(statsAt(path), path, digest), edit.toString()).toBe(false);
  }
});

test('files that are gone are forgotten when that is asked for, others not', () => {
  const [folder, memory] = [newFolder(), join(newFolder(), 'memory.json')];
  const [kept, gone] = [join(folder, 'kept'), join(folder, 'gone')];
  const digests = new FileDigests(memory);
  for (const path of [kept, gone]) digests.noteWritten(path, digest, writeFileAtomically(path, 'written'));
  rmSync(gone);
  digests.forgetMissing();
  digests.save();
  expect(readFileSync(memory, 'utf8')).not.toContain(gone);
  expect(new FileDigests(memory).isKnown(statsAt(kept), kept, digest)).toBe(true);
});

test('nothing stands where a link leads to itself', () => {
  const link = join(newFolder(), 'link');
  symlinkSync('link', link);
  expect(statsAt(join(link, 'file'))).toBe(undefined);
  expect(statsAt(link)?.isSymbolicLink()).toBe(true);
});

test('only what has been at rest for two seconds, and longer, is remembered once it was read', () => {
  const path = join(newFolder(), 'file');
  writeFileSync(path, 'written');
  const { ctimeMs = 0 } = statsAt(path) ?? {};
  const isRemembered = (now: number) => {
    vi.setSystemTime(now);
    const digests = new FileDigests(join(newFolder(), 'memory.json'));
    expect(digests.digestOf(path)).toBe(digest);
    digests.save();
    return new FileDigests(digests.path).isKnown(statsAt(path), path, digest);
  };
  expect([2000, 2003].map((ms) => isRemembered(Math.floor(ctimeMs) + ms))).toEqual([false, true]);
  expect([2000, 2000.5].map((ms) => wasAtRestAt(path, ctimeMs + ms))).toEqual([false, true]);
  utimesSync(path, ctimeMs / 1000, ctimeMs / 1000 + 60);
  expect([2500, 62_500].map((ms) => wasAtRestAt(path, ctimeMs + ms))).toEqual([false, true]);
  expect(wasAtRestAt(`${path}.missing`, ctimeMs)).toBe(false);
});

test('what is no file has no digest, and what has not changed is not written again', () => {
  const folder = newFolder();
  const digests = new FileDigests(join(folder, 'memory.json'));
  expect([digests.digestOf(folder), digests.digestOf(join(folder, 'missing'))]).toEqual([undefined, undefined]);
  const isWritten = () => {
    digests.save();
    const isThere = statsAt(digests.path) !== undefined;
    rmSync(digests.path, { force: true });
    return isThere;
  };
  expect(isWritten()).toBe(false);
  const path = join(folder, 'file');
  digests.noteWritten(path, digest, writeFileAtomically(path, 'written'));
  expect([isWritten(), isWritten()]).toEqual([true, false]);
});
