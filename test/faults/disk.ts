import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';

const path = v.string();
const descriptor = v.number();
const contents = v.pipe(
  v.string(),
  v.transform((text) => Buffer.from(text, 'base64')),
);

/** What a process does to files (record-calls.mjs). */
export const callSchema = v.union([
  v.tuple([v.literal('open'), descriptor, path, v.union([v.string(), v.number()])]),
  v.tuple([v.literal('close'), descriptor]),
  v.tuple([v.literal('write'), descriptor, contents]),
  v.tuple([v.literal('truncate'), descriptor, v.number()]),
  v.tuple([v.literal('sync'), descriptor]),
  v.tuple([v.literal('synced'), descriptor]),
  v.tuple([v.literal('file'), path, contents]),
  v.tuple([v.literal('rename'), path, path]),
  v.tuple([v.literal('link'), path, path]),
  v.tuple([v.literal('remove'), path]),
  v.tuple([v.literal('make'), path]),
  v.tuple([v.literal('say'), v.string()]),
]);

export type Call = v.InferOutput<typeof callSchema>;

/** A file by whatever names. What is not on the disk yet may get there in part. */
interface File {
  now: Buffer;
  durable: Buffer;
}

/** What a name stands for. */
type Node = File | 'folder' | undefined;

/** A change of names, which is whole or not at all. It is on the disk once one of the folders that it changes is. */
interface Change {
  readonly folders: readonly string[];
  durable: boolean;
}

type Random = (bound: number) => number;

/** What follows a power cut, in the worst case that the promises of a file system allow. */
export class Disk {
  readonly #root: string;
  /** What each name has stood for, and by which change. */
  readonly #names = new Map<string, { readonly node: Node; readonly change: Change }[]>();
  #pending: Change[] = [];
  readonly #open = new Map<number, { readonly path: string; readonly file: File | undefined }>();
  /** What is on the disk when the sync of a descriptor is done. */
  readonly #syncs = new Map<number, () => void>();

  /** @param root the folder that all is below of; nothing else is looked at. */
  constructor(root: string) {
    this.#root = root;
  }

  /** A file or folder that is on the disk from the beginning. */
  place(name: string, file: Buffer | 'folder'): void {
    const node = file === 'folder' ? file : { now: file, durable: file };
    this.#names.set(name, [{ node, change: { folders: [], durable: true } }]);
  }

  apply(call: Call): void {
    switch (call[0]) {
      case 'open':
        this.#openFile(call[1], call[2], String(call[3]));
        break;
      case 'close':
        this.#open.delete(call[1]);
        break;
      case 'write':
        this.#write(call[1], (now) => Buffer.concat([now, call[2]]));
        break;
      case 'truncate':
        this.#write(call[1], (now) => now.subarray(0, call[2]));
        break;
      case 'sync':
        this.#syncs.set(call[1], this.#syncOf(call[1]));
        break;
      case 'synced':
        this.#syncs.get(call[1])?.();
        break;
      case 'file':
        this.#writeFile(call[1], call[2]);
        break;
      case 'rename':
        this.#change([
          [call[2], this.#nodeAt(call[1])],
          [call[1], undefined],
        ]);
        break;
      case 'link':
        this.#change([[call[2], this.#nodeAt(call[1])]]);
        break;
      case 'remove':
        this.#remove(call[1]);
        break;
      case 'make':
        this.#makeFolder(call[1]);
        break;
      case 'say':
    }
  }

  #nodeAt(name: string): Node {
    return this.#names.get(name)?.at(-1)?.node;
  }

  #change(names: readonly (readonly [string, Node])[]): void {
    const ours = names.filter(([name]) => name.startsWith(`${this.#root}/`));
    const change: Change = { folders: ours.map(([name]) => dirname(name)), durable: false };
    this.#pending.push(change);
    for (const [name, node] of ours) this.#names.set(name, [...(this.#names.get(name) ?? []), { node, change }]);
  }

  #remove(name: string): void {
    for (const below of this.#names.keys()) {
      if (below.startsWith(`${name}/`) && this.#nodeAt(below) !== undefined) this.#change([[below, undefined]]);
    }
    if (this.#nodeAt(name) !== undefined) this.#change([[name, undefined]]);
  }

  #makeFolder(name: string): void {
    if (!name.startsWith(`${this.#root}/`) || this.#nodeAt(name) === 'folder') return;
    this.#makeFolder(dirname(name));
    this.#change([[name, 'folder']]);
  }

  #fileAt(name: string): File {
    const node = this.#nodeAt(name);
    if (node !== undefined && node !== 'folder') return node;
    const file = { now: Buffer.alloc(0), durable: Buffer.alloc(0) };
    this.#change([[name, file]]);
    return file;
  }

  #openFile(fd: number, name: string, flags: string): void {
    const file = this.#nodeAt(name) === 'folder' || flags === 'r' ? undefined : this.#fileAt(name);
    if (file !== undefined && flags.startsWith('w')) file.now = Buffer.alloc(0);
    this.#open.set(fd, { path: name, file });
  }

  #writeFile(name: string, text: Buffer): void {
    if (name.startsWith(`${this.#root}/`)) this.#fileAt(name).now = text;
  }

  #write(fd: number, edit: (now: Buffer) => Buffer): void {
    const file = this.#open.get(fd)?.file;
    if (file !== undefined) file.now = edit(file.now);
  }

  /** What a sync that begins now brings to the disk, and no more. */
  #syncOf(fd: number): () => void {
    const name = this.#open.get(fd)?.path ?? '';
    const node = this.#nodeAt(name);
    if (node !== undefined && node !== 'folder') {
      const { now } = node;
      return () => {
        node.durable = now;
      };
    }
    this.#pending = this.#pending.filter(({ durable }) => !durable);
    const inFolder = this.#pending.filter(({ folders }) => folders.includes(name));
    return () => {
      for (const change of inFolder) change.durable = true;
    };
  }

  /** Cuts the power: puts what is then on the disk below the root, where nothing is. */
  cut(random: Random): void {
    // In some cuts most is lost, in others little.
    const keeps = random(4);
    const isKept = new Map<Change, boolean>();
    const survives = (change: Change) => {
      if (change.durable) return true;
      if (!isKept.has(change)) isKept.set(change, random(3) < keeps);
      return isKept.get(change) === true;
    };
    const written = new Map<File, string>();
    for (const name of [...this.#names.keys()].sort()) {
      const node = this.#names.get(name)?.findLast(({ change }) => survives(change))?.node;
      if (node === undefined) continue;
      try {
        if (node === 'folder') mkdirSync(name);
        else if (written.has(node)) linkSync(written.get(node) ?? '', name);
        else {
          writeFileSync(name, contentsAfterCut(node, random));
          written.set(node, name);
        }
      } catch (error) {
        // What leads there is lost.
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      }
    }
  }
}

/** What was on the disk, with some of what was not: cut off anywhere, perhaps with zeros in its place. */
function contentsAfterCut({ now, durable }: File, random: Random): Buffer {
  if (now.equals(durable)) return now;
  const ways = [
    () => durable,
    () => now,
    () => now.subarray(0, Math.max(sameBytes(now, durable), random(now.length))),
    () => Buffer.concat([now.subarray(0, sameBytes(now, durable)), Buffer.alloc(now.length)]).subarray(0, now.length),
  ];
  return ways[random(ways.length)]?.() ?? durable;
}

/** How many bytes two contents begin with alike: what was appended to does not change. */
function sameBytes(a: Buffer, b: Buffer): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a[length] === b[length]) length += 1;
  return length;
}
