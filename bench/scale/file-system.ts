import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

const FILES = 400;
const BYTES = 4e6;

/** What a file system does a second, measured by one process in a folder of it. */
export interface FileSystemSpeed {
  readonly operationsASecond: number;
  readonly bytesASecond: number;
}

/** Measures the operations that a stage takes, in about the proportions in which it takes them, and the writing and reading of files. */
export function measureFileSystem(below: string): FileSystemSpeed {
  const folder = mkdtempSync(join(below, 'bench-scale-'));
  try {
    const small = timed(() => {
      for (let k = 0; k < FILES; k++) touch(join(folder, `${k}`));
    });
    const data = Buffer.alloc(BYTES, 'scale');
    const large = timed(() => {
      const path = join(folder, 'large');
      write(path, data);
      readFileSync(path);
    });
    return { operationsASecond: (FILES * OPERATIONS) / small, bytesASecond: (2 * BYTES) / large };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The calls of `touch`: a look at eight paths that are not there, a folder, a file opened, synced, closed and renamed, a link. */
const OPERATIONS = 14;

function touch(folder: string): void {
  for (let k = 0; k < 8; k++) statSync(join(folder, `${k}`), { throwIfNoEntry: false });
  mkdirSync(folder);
  write(join(folder, 'part'), Buffer.from('small'));
  renameSync(join(folder, 'part'), join(folder, 'whole'));
  linkSync(join(folder, 'whole'), join(folder, 'link'));
}

function write(path: string, data: Uint8Array): void {
  const descriptor = openSync(path, 'w');
  writeSync(descriptor, data);
  fsyncSync(descriptor);
  closeSync(descriptor);
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}
