import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Code, CodeReader } from './code.ts';
import { FileDigests } from './file-digests.ts';
import { statsAt } from './files.ts';
import { mutexPathOf, storeFolderOf } from './folders.ts';
import type { Graph, Stage } from './graph.ts';
import { Ledger } from './ledger.ts';
import { Place } from './place.ts';
import { isSnapshotDamaged, snapshotPathOf } from './snapshot.ts';
import { ObjectStore } from './store.ts';

/** A checkout of the project with all that is known of past runs, read once: what plans and runs work on. */
export class Checkout {
  readonly root: string;
  readonly storeFolder: string;
  readonly fileDigests: FileDigests;
  readonly codeReader: CodeReader;
  readonly store: ObjectStore;
  readonly ledger: Ledger;
  readonly place: Place;
  readonly #codes = new Map<string, Code>();

  /** @param placeFolder the folder, from the root, below which outputs are put; empty for the root itself. */
  constructor(root: string, placeFolder: string, storeFolder = storeFolderOf(root)) {
    this.root = root;
    this.storeFolder = storeFolder;
    this.fileDigests = new FileDigests(join(this.storeFolder, 'file-digests.json'));
    this.codeReader = new CodeReader(root, this.fileDigests, join(this.storeFolder, 'modules.json'));
    this.store = new ObjectStore(this.storeFolder, this.fileDigests);
    this.ledger = new Ledger(join(this.storeFolder, 'ledger.jsonl'));
    this.place = new Place(root, placeFolder, this.fileDigests);
  }

  /**
   * Reads the code of all kinds in the graph.
   * @throws {UserError} if an import can't be followed.
   */
  async readCode(graph: Graph): Promise<void> {
    for (const { kind } of graph.values()) {
      if (!this.#codes.has(kind.module)) this.#codes.set(kind.module, await this.codeReader.codeOf(kind.module));
    }
  }

  codeOf({ kind }: Stage): Code {
    const code = this.#codes.get(kind.module);
    if (code === undefined) throw new Error(`the code of ${kind.module} was not read`);
    return code;
  }

  /** Where the log of a stage's last run is, if that failed. */
  failedLogOf(stage: Stage): string {
    return join(this.storeFolder, 'logs', `${stage.name}.log`);
  }

  /** What stands in the store but can't be what it should be: links, files for folders, folders for files, forgotten memories. */
  damagedPaths(): string[] {
    const folders = ['damaged', 'tmp', 'logs', 'objects'].map((name) => join(this.storeFolder, name));
    const { objectsFolder } = this.store;
    const shards = statsAt(objectsFolder)?.isDirectory() ? readdirSync(objectsFolder) : [];
    return [
      ...[...folders, ...shards.map((shard) => join(objectsFolder, shard))].filter(
        (path) => statsAt(path)?.isDirectory() === false,
      ),
      ...this.records().filter((path) => statsAt(path)?.isFile() === false),
      ...[this.fileDigests, this.codeReader].flatMap(({ path, damaged }) =>
        damaged && statsAt(path)?.isFile() ? [path] : [],
      ),
      ...(isSnapshotDamaged(this.storeFolder) ? [snapshotPathOf(this.storeFolder)] : []),
    ];
  }

  /** The files of the store that runs write as they go, beside its objects. */
  records(): string[] {
    return [mutexPathOf(this.storeFolder), this.ledger.path, this.fileDigests.path, this.codeReader.path];
  }

  /** Leaves the store in order, with what was learnt of files, for the next run. */
  close(): void {
    this.store.clearScratch();
    this.fileDigests.save();
    this.codeReader.save();
  }
}
