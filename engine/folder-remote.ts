import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { type Digest, digestSchema } from './digest.ts';
import { UserError } from './errors.ts';
import { reached } from './fault-points.ts';
import { statsAt, writeNewFile } from './files.ts';
import { type Key, type Remote, type Shelf, TooLarge, Unreachable } from './remote.ts';
import { syncAll } from './sync.ts';

/** The folder of what is not yet written to its end. */
const PARTS = 'tmp';

/** A shared store in a folder, as of a file system that many machines share. A web server may serve that as it is. */
export class FolderRemote implements Remote {
  readonly name: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.name = folder;
    this.#folder = folder;
  }

  async get(key: Key, most: number): Promise<Uint8Array | undefined> {
    const path = join(this.#folder, key);
    const found = await orNothing(stat(path));
    if (found === undefined) return this.#requireFolder();
    if (!found.isFile()) throw new UserError(`${path} is no file`);
    if (found.size > most) throw new TooLarge(`${path} is too large`);
    return orNothing(readFile(path));
  }

  async put(key: Key, contents: Uint8Array): Promise<void> {
    const path = join(this.#folder, key);
    const part = join(this.#folder, PARTS, randomUUID());
    this.#requireFolder();
    await mkdir(dirname(part), { recursive: true });
    await mkdir(dirname(path), { recursive: true });
    try {
      writeNewFile(part, contents, 0o444);
      await syncAll([part]);
      reached('remote:written');
      await rename(part, path);
    } finally {
      await rm(part, { force: true });
    }
  }

  async list(shelf: Shelf): Promise<ReadonlySet<Digest>> {
    this.#requireFolder();
    const names = await orNothing(readdir(join(this.#folder, shelf)));
    return new Set(names?.filter((name) => v.is(digestSchema, name)));
  }

  async modifiedAt(key: Key): Promise<Date | undefined> {
    return (await orNothing(stat(join(this.#folder, key))))?.mtime;
  }

  async remove(key: Key): Promise<void> {
    await rm(join(this.#folder, key), { force: true });
  }

  async removeParts(before: Date): Promise<void> {
    for (const name of (await orNothing(readdir(join(this.#folder, PARTS)))) ?? []) {
      const path = join(this.#folder, PARTS, name);
      const found = await orNothing(stat(path));
      if (found !== undefined && found.mtime < before) await rm(path, { force: true });
    }
  }

  /** A folder that is not there may be one that is not mounted. */
  #requireFolder(): undefined {
    if (statsAt(this.#folder) === undefined)
      throw new Unreachable(`${this.#folder} is not there: make it, or mount it`);
  }
}

/** What a look at a path gives; undefined if there is nothing at the path. */
async function orNothing<Found>(look: Promise<Found>): Promise<Found | undefined> {
  try {
    return await look;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
