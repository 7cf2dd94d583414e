import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { reached } from './fault-points.ts';
import { type FileIdentity, fileIdentity } from './file-digests.ts';
import { statsAt, writeLinesAtomically } from './files.ts';
import { syncDescriptor, syncToDisk } from './sync.ts';

const NEWLINE = 0x0a;

/** How much of the file is held as bytes at once. No text can hold all of a long one. */
const PIECE_BYTES = 16 * 1024 * 1024;

/** A longer line is damaged, whatever it says. */
const MAX_LINE_BYTES = 4 * PIECE_BYTES;

/** The file of a ledger, as lines of text: appended to, and now and then replaced as a whole. */
export class LedgerFile {
  readonly path: string;
  /** The file as it was when this process last read it or wrote to it. */
  #seen: FileIdentity | undefined;

  constructor(path: string) {
    this.path = path;
    this.#seen = fileIdentity(path);
  }

  /** Whether nobody else has written to the file since this process last read it or wrote to it. */
  isAsSeen(): boolean {
    return this.#seen === fileIdentity(this.path);
  }

  /** The lines of the file; none if there is no such file. */
  *lines(): Generator<string> {
    const stats = statsAt(this.path);
    if (!stats?.isFile()) return;
    const descriptor = openSync(this.path, 'r');
    try {
      const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, stats.size + 1));
      let rest = Buffer.alloc(0);
      for (let size = readSync(descriptor, piece); size > 0; size = readSync(descriptor, piece)) {
        const bytes = Buffer.concat([rest, piece.subarray(0, size)]);
        let start = 0;
        for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
          yield bytes.toString('utf8', start, end);
          start = end + 1;
        }
        // Of a line that is too long, what is left is damaged as well.
        rest = bytes.length - start > MAX_LINE_BYTES ? Buffer.from('too long') : bytes.subarray(start);
      }
      // What follows the last newline is a line only if a kill or damage left one unfinished.
      if (rest.length > 0) yield rest.toString();
    } finally {
      closeSync(descriptor);
    }
  }

  /** Appends lines to the file, and waits until they are on the disk. If it fails, the file is as before. */
  async append(lines: readonly string[]): Promise<void> {
    const isNew = statsAt(this.path) === undefined;
    mkdirSync(dirname(this.path), { recursive: true });
    const descriptor = openSync(this.path, 'a+');
    const { size } = fstatSync(descriptor);
    try {
      // A kill may have left a line that is whole but for its end.
      const text = `${endsInLine(descriptor, size) ? '' : '\n'}${lines.map((line) => `${line}\n`).join('')}`;
      reached('ledger:half-appended', () => writeFileSync(descriptor, text.slice(0, text.length / 2)));
      // On a full disk writeSync would write a part of it, without an error.
      writeFileSync(descriptor, text);
      reached('ledger:appended');
      await syncDescriptor(descriptor);
      if (isNew) await syncToDisk(dirname(this.path));
      reached('ledger:synced');
      this.#seen = fileIdentity(this.path);
    } catch (error) {
      ftruncateSync(descriptor, size);
      throw error;
    } finally {
      closeSync(descriptor);
    }
  }

  /**
   * Replaces all lines, and waits until that is on the disk: what comes later may rely on it, as lines that are
   * appended do, or objects that are removed. A kill leaves all old lines, or all new ones.
   */
  async replace(lines: readonly string[]): Promise<void> {
    writeLinesAtomically(this.path, lines);
    await syncToDisk(dirname(this.path));
  }
}

/** Whether a file of some size is empty or ends with a newline. */
function endsInLine(descriptor: number, size: number): boolean {
  const last = Buffer.from([NEWLINE]);
  if (size > 0) readSync(descriptor, last, 0, 1, size - 1);
  return last[0] === NEWLINE;
}
