import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Module } from './bundles.ts';
import { damagedPaths, type Kept, type OwnCheckout, ownCheckout } from './checkout.ts';
import { modulesOf } from './code.ts';
import type { Emit } from './events.ts';
import type { Executor } from './executor.ts';
import { reached } from './fault-points.ts';
import type { Graph } from './graph.ts';
import { Layout } from './layout.ts';
import { LocalExecutor, type Workplace } from './local-executor.ts';
import { takeMutex } from './mutex.ts';
import { type Pipeline, rootOf } from './pipeline.ts';
import type { SlurmOptions } from './slurm/options.ts';
import type { Speedup } from './speedup.ts';

/** The modules whose bundles a run of a graph needs. */
export function modulesToRun(graph: Graph): Module[] {
  return [...modulesOf(graph), worker];
}

/** What an element of a Slurm array runs on its node. */
const element = { url: new URL('./slurm/element.ts', import.meta.url).href, as: 'worker' } as const;
const worker = { url: new URL('./worker.ts', import.meta.url).href, as: 'worker' } as const;

/** What a session is opened for. */
export interface SessionRequest {
  readonly pipeline: Pipeline;
  /** The folder, from the root, below which outputs are put; empty for the root itself. */
  readonly placeFolder: string;
  /** Says who has the mutex, for those who wait. */
  readonly owner: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** What an earlier session of this process has read. */
  readonly kept?: Kept;
}

/** An opened checkout, to which nobody else writes, and whose store is in order. What writes to a store takes one. */
export class Session {
  readonly checkout: OwnCheckout;
  readonly emit: Emit;
  readonly #pipeline: Pipeline;

  private constructor(pipeline: Pipeline, layout: Layout, placeFolder: string, emit: Emit, kept?: Kept) {
    this.#pipeline = pipeline;
    const onSetAside = (what: string, path: string) => emit({ event: 'set-aside', what, path });
    this.checkout = ownCheckout(pipeline, placeFolder, layout, onSetAside, kept);
    this.emit = emit;
  }

  /** Waits for the mutex of a checkout, mends its store, does some work on it, and gives the mutex back. */
  static async during<Result>(request: SessionRequest, work: (session: Session) => Promise<Result>): Promise<Result> {
    const { pipeline, placeFolder, owner, emit, signal, kept } = request;
    const layout = new Layout(rootOf(pipeline));
    const release = await takeMutex(layout.mutex, owner, emit, signal);
    try {
      const session = new Session(pipeline, layout, placeFolder, emit, kept);
      await session.#mend();
      return await work(session);
    } finally {
      release();
    }
  }

  /** A session on an empty store, in the scratch of this session, with which it goes. */
  async onEmptyStore(): Promise<Session> {
    const { root, scratch, failedLogs } = this.checkout.layout;
    const layout = new Layout(root, join(scratch, 'rebuild', 'store'), failedLogs);
    // What it leaves in Slurm does not go on: a rebuild cancels it.
    const emit: Emit = (event) => event.event !== 'detached' && this.emit(event);
    const session = new Session(this.#pipeline, layout, relative(root, join(scratch, 'rebuild', 'out')), emit);
    await session.#mend();
    return session;
  }

  /**
   * Makes what runs the stages of a graph, and puts the bundles of their kinds in place.
   * @param slots How many stages run at once on this machine.
   * @param slurm How jobs are handed to Slurm; undefined if all run on this machine.
   * @throws {UserError} if there is no Slurm here, or a kind can't be bundled.
   */
  async prepare(graph: Graph, slots: number, slurm?: SlurmOptions): Promise<Executor> {
    const { layout } = this.checkout;
    await this.#write(modulesToRun(graph));
    const script = await this.#bundleOf(worker);
    const readable = [layout.bundles, layout.objects];
    const local = new LocalExecutor(slots, { script, readable, flags: await this.#speedupFlags() });
    return slurm === undefined ? local : this.#slurmExecutor(local, { script, readable }, slurm);
  }

  async #slurmExecutor(
    local: LocalExecutor,
    workplace: Pick<Workplace, 'script' | 'readable'>,
    options: SlurmOptions,
  ): Promise<Executor> {
    const { SlurmExecutor } = await import('./slurm/slurm-executor.ts');
    const { layout, ledger } = this.checkout;
    const { speedup } = this.#pipeline;
    const faster = speedup && { speedup: { ...speedup, selfTest: await this.#selfTestOf(speedup) } };
    return SlurmExecutor.start({
      home: layout.slurm,
      element: await this.#bundleOf(element),
      workplace: { ...workplace, ...faster },
      options,
      local,
      emit: this.emit,
      recordedAt: (recipe) => Date.parse(ledger.lastSeen(recipe)?.finished ?? ''),
    });
  }

  /** The flags that make workers faster here, if their self-test passes. */
  async #speedupFlags(): Promise<string[]> {
    const { speedup } = this.#pipeline;
    if (speedup === undefined) return [];
    const { isKnownHere, passesSelfTest } = await import('./speedup.ts');
    if (!isKnownHere(speedup)) return [];
    const passed = await passesSelfTest(speedup, await this.#selfTestOf(speedup));
    this.emit({ event: 'speedup', name: speedup.name, flag: speedup.flag, passed });
    return passed ? [speedup.flag] : [];
  }

  /** Puts the bundle of a self-test in place. @returns its URL. */
  async #selfTestOf({ selfTest }: Speedup): Promise<string> {
    return pathToFileURL(await this.#bundleOf({ url: selfTest, as: 'pure' })).href;
  }

  /** Puts the bundle of a module in place. @returns its path. */
  async #bundleOf(module: Module): Promise<string> {
    await this.#write([module]);
    const { bundles } = this.checkout.codes;
    return bundles.pathOf(bundles.of(module.url).digest);
  }

  async #write(modules: readonly Module[]): Promise<void> {
    const { codes, store } = this.checkout;
    await codes.bundles.read(modules);
    await codes.bundles.write(modules, (path) => store.setAside(path));
  }

  /** Leaves the store in order for the next session, with what was learnt of files and bundles. */
  save(): void {
    const { store, fileDigests, codes } = this.checkout;
    store.clearScratch();
    fileDigests.save();
    codes.bundles.save();
  }

  /** Puts right what a kill or damage has left in the store. */
  async #mend(): Promise<void> {
    const { ledger, store } = this.checkout;
    for (const path of damagedPaths(this.checkout)) store.setAside(path);
    await store.open();
    reached('tmp:cleared');
    if (ledger.damagedLines.length === 0) return;
    const path = store.asidePathOf(ledger.path);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(ledger.path, path);
    reached('ledger:set-aside');
    this.emit({ event: 'ledger-damaged', lines: [...ledger.damagedLines], path });
    await ledger.dropDamagedLines();
    reached('ledger:mended');
  }
}
