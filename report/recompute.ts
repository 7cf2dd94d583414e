import type { ProvenStage } from '../engine/provenance.ts';
import { digestOf, type Embedded } from './embedded.ts';
import type { InputBytes } from './messages.ts';
import { JobError, type Pool, StoppedError, TimeLimitError } from './pool.ts';
import { artifactOf, isList, upstreamOf } from './slice.ts';

/** Why a stage can't be recomputed in a page. */
export const OBSTACLES = ['network', 'native', 'drawing', 'upstream'] as const;

type Obstacle = (typeof OBSTACLES)[number];

/** What became of a stage: an output that is not what the lock says, a failure, or that it came to no end. */
export interface Finding {
  readonly stage: string;
  readonly what: string;
}

/** What a stage may take at least, and how many times what it took where it ran. */
const LIMIT_SECONDS = 60;
const LIMIT_TIMES = 20;

/** Of how many stages the outputs are kept: what is needed again later is made again. */
const KEPT = 400;

/**
 * Recomputes stages in the reader's browser, from the sources up, and compares all digests with those of the
 * provenance.
 */
export class Recomputation {
  readonly #embedded: Embedded;
  readonly #pool: Pool;
  readonly #stages: ReadonlyMap<string, ProvenStage>;
  readonly #seconds: ReadonlyMap<string, number>;
  readonly #obstacles = new Map<string, Obstacle | undefined>();
  readonly #made = new Map<string, Promise<Readonly<Record<string, Uint8Array>>>>();
  readonly #bundles = new Map<string, Promise<string>>();
  readonly mismatches: Finding[] = [];
  /** The stages that were recomputed, in the order in which they came to an end. */
  readonly done = new Set<string>();
  readonly #unfinished = new Map<string, string>();
  #stopping = new AbortController();

  /** @param seconds How long stages took, where that is known. */
  constructor(embedded: Embedded, pool: Pool, seconds: ReadonlyMap<string, number> = new Map()) {
    this.#seconds = seconds;
    this.#embedded = embedded;
    this.#pool = pool;
    this.#stages = new Map(embedded.provenance.stages.map((stage) => [stage.name, stage]));
  }

  /** The stages that took too long, or were stopped: nothing is known of their outputs. */
  get unfinished(): Finding[] {
    return [...this.#unfinished].map(([stage, what]) => ({ stage, what }));
  }

  /** Stops all that is at work. It may be made later. */
  stop(): void {
    this.#stopping.abort();
    this.#stopping = new AbortController();
  }

  /** Why a stage can't be recomputed here; undefined if it can. */
  obstacleOf(name: string): Obstacle | undefined {
    if (this.#obstacles.has(name)) return this.#obstacles.get(name);
    const obstacle = this.#obstacleOf(this.#stageOf(name));
    this.#obstacles.set(name, obstacle);
    return obstacle;
  }

  /**
   * Recomputes a stage, and before it all that it is built from. What differs is among the mismatches.
   * @throws {JobError} if it, or what it is built from, can't be had.
   * @throws {TimeLimitError} if it, or what it is built from, takes too long.
   * @throws {StoppedError} if it, or what it is built from, is stopped.
   */
  make(name: string): Promise<Readonly<Record<string, Uint8Array>>> {
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const made = this.#make(this.#stageOf(name), this.#stopping.signal);
    this.#made.set(name, made);
    made.catch((error: unknown) => {
      if (error instanceof StoppedError && this.#made.get(name) === made) this.#made.delete(name);
    });
    const [oldest] = this.#made.keys();
    if (oldest !== undefined && this.#made.size > KEPT) this.#made.delete(oldest);
    return made;
  }

  async #make(stage: ProvenStage, signal: AbortSignal): Promise<Readonly<Record<string, Uint8Array>>> {
    const inputs: Record<string, InputBytes> = {};
    for (const [input, wired] of Object.entries(stage.inputs)) inputs[input] = await this.#bytesOf(wired);
    try {
      const job = { code: await this.#bundleOf(stage.kind), params: stage.params, inputs };
      const limitSeconds = Math.max(LIMIT_SECONDS, LIMIT_TIMES * (this.#seconds.get(stage.name) ?? 0));
      const outputs = await this.#pool.run(job, { limitSeconds, signal });
      for (const [output, expected] of Object.entries(stage.outputs)) {
        const bytes = outputs[output];
        const found = bytes === undefined ? 'none' : await digestOf(bytes);
        if (found === expected) continue;
        this.mismatches.push({ stage: stage.name, what: `${output} is ${found}, and should be ${expected}` });
        throw new JobError(`${stage.name} gave other bytes`);
      }
      this.done.add(stage.name);
      this.#unfinished.delete(stage.name);
      return outputs;
    } catch (error) {
      if (error instanceof TimeLimitError || error instanceof StoppedError) {
        // What is made again, since it is no longer kept, is known all the same.
        if (!this.done.has(stage.name)) this.#unfinished.set(stage.name, error.message);
        throw error;
      }
      if (!this.mismatches.some((mismatch) => mismatch.stage === stage.name)) {
        this.mismatches.push({ stage: stage.name, what: error instanceof Error ? error.message : String(error) });
      }
      throw error;
    }
  }

  /** The code of a kind, once its digest is what the provenance says. */
  #bundleOf(kind: string): Promise<string> {
    const known = this.#bundles.get(kind);
    if (known !== undefined) return known;
    const checked = this.#checkedBundle(kind);
    this.#bundles.set(kind, checked);
    return checked;
  }

  async #checkedBundle(kind: string): Promise<string> {
    const expected = this.#embedded.provenance.kinds[kind]?.bundle ?? '';
    const code = this.#embedded.code.bundles[expected] ?? '';
    const found = await digestOf(new TextEncoder().encode(code));
    if (found === expected) return code;
    throw new JobError(`the bundle of ${kind} is ${found}, and should be ${expected}`);
  }

  async #bytesOf(wired: ProvenStage['inputs'][string]): Promise<InputBytes> {
    if (typeof wired === 'string') return this.#artifact(wired);
    if (isList(wired)) return Promise.all(wired.map((element) => this.#bytesOf(element)));
    const members = Object.entries(wired).map(
      async ([name, artifact]) => [name, await this.#artifact(artifact)] as const,
    );
    return Object.fromEntries(await Promise.all(members));
  }

  async #artifact(name: string): Promise<Uint8Array> {
    const { stage, output } = artifactOf(name);
    const bytes = (await this.make(stage))[output];
    if (bytes === undefined) throw new JobError(`${stage} has no ${output}`);
    return bytes;
  }

  #obstacleOf(stage: ProvenStage): Obstacle | undefined {
    const kind = this.#embedded.provenance.kinds[stage.kind];
    if (kind === undefined || kind.effects.length > 0) return 'network';
    if (this.#embedded.code.bundles[kind.bundle] === undefined) return kind.native ? 'native' : 'drawing';
    return upstreamOf(stage).some((name) => this.obstacleOf(name) !== undefined) ? 'upstream' : undefined;
  }

  #stageOf(name: string): ProvenStage {
    const found = this.#stages.get(name);
    if (found === undefined) throw new JobError(`the page knows no stage ${name}`);
    return found;
  }
}
