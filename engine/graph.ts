import * as v from 'valibot';
import type { JsonObject } from './digest.ts';
import { UsageError } from './errors.ts';
import { describeIssues } from './issues.ts';
import type { ArtifactType, InputTypes, Kind, Many, OutputTypes, ParamsSchema } from './kind.ts';

/** One output of one stage: what the input of another can be wired to. */
export interface Artifact<Name extends string = string> {
  readonly type: ArtifactType<Name>;
  readonly stage: Stage;
  readonly output: string;
}

/** One input of a stage, and the artifacts wired to it. */
export interface Wire {
  readonly input: string;
  readonly many: boolean;
  readonly artifacts: readonly Artifact[];
}

/** An instance of a kind: concrete params and inputs under a name of its own. */
export interface Stage {
  readonly name: string;
  readonly kind: Kind;
  readonly params: JsonObject;
  readonly wires: readonly Wire[];
  /** File name of each output, in the order of declaration. */
  readonly files: ReadonlyMap<string, string>;
  /** Outputs that people look at, and where each is put besides its place among the artifacts, e.g. `figures/figure-1.svg`. */
  readonly publish: ReadonlyMap<string, string>;
}

/** The stages of a pipeline by name; every stage comes after those that it is built from. */
export type Graph = ReadonlyMap<string, Stage>;

/** For each declared input, the artifacts of its type. */
export type Wiring<Inputs extends InputTypes> = {
  readonly [K in keyof Inputs]: Inputs[K] extends Many<infer Name>
    ? readonly Artifact<Name>[]
    : Inputs[K] extends ArtifactType<infer Name>
      ? Artifact<Name>
      : never;
};

/** What a stage makes, ready to be wired to others. */
export type Artifacts<Outputs extends OutputTypes> = {
  readonly [K in keyof Outputs]: Artifact<Outputs[K]['name']>;
};

/** What makes a kind a stage. */
export interface StageOptions<Schema extends ParamsSchema, Inputs extends InputTypes, Outputs extends OutputTypes> {
  readonly params: v.InferInput<Schema>;
  readonly inputs: Wiring<Inputs>;
  readonly publish?: { readonly [K in keyof Outputs]?: string };
}

const namePattern = /^[a-z0-9][\w.=+-]*(\/[a-z0-9][\w.=+-]*)*$/i;
const reservedNames = new Set(['store', 'lock.json']);

/** Collects the stages of a pipeline, and refuses what can't be built. */
export class GraphBuilder {
  readonly #stages = new Map<string, Stage>();
  /** Every stage, and every folder that a stage's name is in. */
  readonly #paths = new Map<string, 'stage' | 'folder'>();
  readonly #published = new Map<string, string>();

  get graph(): Graph {
    return this.#stages;
  }

  /**
   * Adds a stage, and returns its artifacts for wiring.
   * @throws {UsageError} if the name is taken or unusable, or a param is out of its range.
   */
  add<Schema extends ParamsSchema, Inputs extends InputTypes, Outputs extends OutputTypes>(
    name: string,
    kind: Kind<Schema, Inputs, Outputs>,
    options: StageOptions<Schema, Inputs, Outputs>,
  ): Artifacts<Outputs>;
  add(
    name: string,
    kind: Kind,
    options: {
      params: Record<string, unknown>;
      inputs: Record<string, Artifact | readonly Artifact[]>;
      publish?: Record<string, string | undefined>;
    },
  ): Record<string, Artifact> {
    this.#claimName(name);
    const stage: Stage = {
      name,
      kind,
      params: parseParams(name, kind, options.params),
      wires: Object.keys(kind.inputs).map((input) => wire(name, input, options.inputs[input])),
      files: new Map(Object.entries(kind.outputs).map(([output, type]) => [output, `${output}.${type.extension}`])),
      publish: new Map(Object.entries(options.publish ?? {}).flatMap(([key, path]) => (path ? [[key, path]] : []))),
    };
    for (const path of stage.publish.values()) this.#claimPublished(path, name);
    this.#stages.set(name, stage);
    return Object.fromEntries(
      Object.entries(kind.outputs).map(([output, type]) => [output, { type, stage, output }] as const),
    );
  }

  #claimName(name: string): void {
    if (!namePattern.test(name) || reservedNames.has(name.split('/', 1)[0] ?? '')) {
      throw new UsageError(
        `'${name}' can't be the name of a stage: use letters, digits, and _ . = + - between slashes`,
      );
    }
    const taken = this.#paths.get(name);
    if (taken === 'stage') throw new UsageError(`two stages are named '${name}': give each a name of its own`);
    if (taken === 'folder')
      throw new UsageError(`a stage can't be named '${name}': other stages are named '${name}/…'`);
    const parts = name.split('/');
    for (let length = 1; length < parts.length; length++) {
      const folder = parts.slice(0, length).join('/');
      if (this.#paths.get(folder) === 'stage') {
        throw new UsageError(`a stage can't be named '${name}': another stage is named '${folder}'`);
      }
      this.#paths.set(folder, 'folder');
    }
    this.#paths.set(name, 'stage');
  }

  #claimPublished(path: string, stage: string): void {
    const other = this.#published.get(path);
    if (other !== undefined) throw new UsageError(`the stages '${other}' and '${stage}' both publish ${path}`);
    if (/^artifacts\//.test(path)) {
      throw new UsageError(`the stage '${stage}' can't publish '${path}': what is in artifacts/ is put there anyway`);
    }
    if (!namePattern.test(path)) throw new UsageError(`the stage '${stage}' can't publish '${path}': not a plain path`);
    this.#published.set(path, stage);
  }
}

function parseParams(stage: string, kind: Kind, params: unknown): JsonObject {
  const parsed = v.safeParse(kind.params, params);
  if (!parsed.success) {
    throw new UsageError(`the params of stage '${stage}' are wrong:\n${describeIssues(parsed.issues)}`);
  }
  return JSON.parse(JSON.stringify(parsed.output));
}

function wire(stage: string, input: string, wired: Artifact | readonly Artifact[] | undefined): Wire {
  if (wired === undefined) throw new UsageError(`the input '${input}' of stage '${stage}' is not wired`);
  const many = isList(wired);
  const artifacts = many ? wired : [wired];
  if (new Set(artifacts.map(artifactName)).size < artifacts.length) {
    throw new UsageError(`the input '${input}' of stage '${stage}' is wired twice to the same artifact`);
  }
  return { input, many, artifacts };
}

function isList(wired: Artifact | readonly Artifact[]): wired is readonly Artifact[] {
  return Array.isArray(wired);
}

/** The name of an artifact in messages, locks and records, e.g. `noisy-mnist/seed=1#dataset`. */
export function artifactName({ stage, output }: Artifact): string {
  return `${stage.name}#${output}`;
}

/** The stages that a stage's inputs come from, each once. */
export function upstreamOf(stage: Stage): Set<Stage> {
  return new Set(stage.wires.flatMap((wire) => wire.artifacts.map((artifact) => artifact.stage)));
}

/** The part of the graph that the targets are built from, the targets included. */
export function withUpstream(graph: Graph, targets: Iterable<Stage>): Graph {
  const needed = new Set(targets);
  for (const stage of [...graph.values()].reverse()) {
    if (needed.has(stage)) for (const upstream of upstreamOf(stage)) needed.add(upstream);
  }
  return new Map([...graph].filter(([, stage]) => needed.has(stage)));
}
