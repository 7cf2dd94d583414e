import * as v from 'valibot';
import { isPlainJson, type JsonObject } from './digest.ts';
import { UsageError } from './errors.ts';
import type { Format } from './format.ts';
import { type Artifact, type Graph, Stage, type Wired } from './graph.ts';
import { describeIssues } from './issues.ts';
import type { InputFormats, Kind, Many, OutputFormats, ParamsSchema } from './kind.ts';
import { ARTIFACTS, RESERVED_NAMES } from './layout.ts';
import provenance from './provenance.ts';
import { isWiredAs, wireTo } from './wiring.ts';

/** What an input can be wired to: artifacts of its format, in groups where it takes groups. */
export type Wiring<Input> =
  Input extends Many<infer Element>
    ? readonly Wiring<Element>[]
    : Input extends Format<infer Name>
      ? Artifact<Name>
      : { readonly [Name in keyof Input]: Wiring<Input[Name]> };

/** What a stage makes, ready to be wired to others. */
export type Artifacts<Outputs extends OutputFormats> = {
  readonly [K in keyof Outputs]: Artifact<Outputs[K]['name']>;
};

/** What makes a kind a stage. */
export interface StageOptions<Schema extends ParamsSchema, Inputs extends InputFormats, Outputs extends OutputFormats> {
  readonly params: v.InferInput<Schema>;
  readonly inputs: { readonly [Input in keyof Inputs]: Wiring<Inputs[Input]> };
  readonly publish?: { readonly [K in keyof Outputs]?: string };
  /** Of a stage of provenance: the URLs of the modules whose code it has. */
  readonly modules?: readonly string[];
}

/** The same, whatever the kind. */
interface GivenOptions {
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, Wired | readonly Wired[]>>;
  readonly publish?: Readonly<Record<string, string | undefined>>;
  readonly modules?: readonly string[];
}

const wordPattern = /^[a-z][a-z0-9-]*$/i;
const namePattern = /^[a-z0-9][\w.=+-]*(\/[a-z0-9][\w.=+-]*)*$/i;

/** Collects the stages of a pipeline, and refuses what can't be built. */
export class GraphBuilder {
  readonly #before: Graph;
  readonly #stages = new Map<string, Stage>();
  /** Every stage, and every folder that a stage's name is in. */
  readonly #paths = new Map<string, 'stage' | 'folder'>();
  /** Of all stages, by the names of their formats. */
  readonly #artifacts = new Map<string, Artifact[]>();
  readonly #published = new Map<string, string>();
  /** The module of each kind, by its name. */
  readonly #kinds = new Map<string, string>();

  /** @param before What was built before. A stage that is as it was there is the same object, and so are its params. */
  constructor(before: Graph = new Map()) {
    this.#before = before;
  }

  get graph(): Graph {
    return this.#stages;
  }

  /**
   * Adds a stage, and returns its artifacts for wiring.
   * @throws {UsageError} if the name or a path to publish at is taken or unusable, a param is out of its range, or an
   * input is not wired as its kind declares.
   */
  add<Schema extends ParamsSchema, Inputs extends InputFormats, Outputs extends OutputFormats>(
    name: string,
    kind: Kind<Schema, Inputs, Outputs>,
    options: StageOptions<Schema, Inputs, Outputs>,
  ): Artifacts<Outputs>;
  add(name: string, kind: Kind, options: GivenOptions): Readonly<Record<string, Artifact>> {
    this.#claimName(name);
    this.#claimKind(kind);
    const isProvenance = kind.module === provenance.module;
    if (options.modules !== undefined && !isProvenance) {
      throw new UsageError(`the stage '${name}' asks for the code of modules: only a stage of provenance has it`);
    }
    const given = isPlainJson(options.params) ? JSON.stringify(options.params) : undefined;
    const before = this.#before.get(name);
    const hasSameParams = given !== undefined && before?.kind === kind && before.given === given;
    if (hasSameParams && isWiredAsBefore(before, options)) return this.#keep(before);
    const { params, native } = hasSameParams ? before : paramsOf(name, kind, options.params);
    const stage = new Stage({
      name,
      kind,
      params,
      given,
      native,
      modules: isProvenance ? (options.modules ?? []) : undefined,
      wires: Object.entries(kind.inputs).map(([input, format]) => wireTo(name, input, format, options.inputs[input])),
      publish: new Map(publishedBy(options)),
    });
    return this.#keep(stage);
  }

  /** All artifacts of a format that the stages make which were added so far, in their order. */
  artifactsOf<Name extends string>(format: Format<Name>): Artifact<Name>[] {
    const isOfFormat = (artifact: Artifact): artifact is Artifact<Name> => artifact.format.name === format.name;
    return this.#artifacts.get(format.name)?.filter(isOfFormat) ?? [];
  }

  #keep(stage: Stage): Readonly<Record<string, Artifact>> {
    for (const path of stage.publish.values()) this.#claimPublished(path, stage.name);
    this.#stages.set(stage.name, stage);
    for (const artifact of Object.values(stage.artifacts)) {
      const { name } = artifact.format;
      const others = this.#artifacts.get(name);
      if (others === undefined) this.#artifacts.set(name, [artifact]);
      else others.push(artifact);
    }
    return stage.artifacts;
  }

  #claimName(name: string): void {
    if (!namePattern.test(name) || RESERVED_NAMES.has(name.split('/', 1)[0] ?? '')) {
      throw new UsageError(
        `'${name}' can't be the name of a stage: use letters, digits, and _ . = + - between slashes`,
      );
    }
    const taken = this.#paths.get(name);
    if (taken === 'stage') throw new UsageError(`two stages are named '${name}': give each a name of its own`);
    if (taken === 'folder')
      throw new UsageError(`a stage can't be named '${name}': other stages are named '${name}/…'`);
    // Of a folder that is known, all folders that it is in are.
    for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
      const folder = name.slice(0, end);
      const found = this.#paths.get(folder);
      if (found === 'stage') {
        throw new UsageError(`a stage can't be named '${name}': another stage is named '${folder}'`);
      }
      if (found === 'folder') break;
      this.#paths.set(folder, 'folder');
    }
    this.#paths.set(name, 'stage');
  }

  /** Refuses a name that two kinds share, since the lock has the code of kinds by their names. */
  #claimKind({ name, module }: Kind): void {
    const other = this.#kinds.get(name);
    if (other !== undefined && other !== module) {
      throw new UsageError(`two kinds are named '${name}', in ${other} and in ${module}: give each a name of its own`);
    }
    if (!wordPattern.test(name))
      throw new UsageError(`'${name}' can't be the name of a kind: use letters, digits and -`);
    this.#kinds.set(name, module);
  }

  #claimPublished(path: string, stage: string): void {
    const within = [...this.#published].find(([taken]) => taken.startsWith(`${path}/`) || path.startsWith(`${taken}/`));
    if (within !== undefined) {
      throw new UsageError(
        `the stage '${stage}' can't publish ${path}: the stage '${within[1]}' publishes ${within[0]}`,
      );
    }

    const other = this.#published.get(path);
    if (other !== undefined) throw new UsageError(`the stages '${other}' and '${stage}' both publish ${path}`);
    if (path.startsWith(`${ARTIFACTS}/`)) {
      throw new UsageError(
        `the stage '${stage}' can't publish '${path}': what is in ${ARTIFACTS}/ is put there anyway`,
      );
    }
    if (!namePattern.test(path))
      throw new UsageError(
        `the stage '${stage}' can't publish '${path}': use letters, digits, and _ . = + - between slashes`,
      );
    this.#published.set(path, stage);
  }
}

/** Params as a worker gets them, of which the schema must make the same again, and what a run with them uses. */
function paramsOf(stage: string, kind: Kind, given: unknown): Pick<Stage, 'params' | 'native'> {
  const parsed = v.safeParse(kind.params, given);
  if (!parsed.success) {
    throw new UsageError(`the params of stage '${stage}' are wrong:\n${describeIssues(parsed.issues)}`);
  }
  const text = JSON.stringify(parsed.output);
  const params: JsonObject = JSON.parse(text);
  const again = v.safeParse(kind.params, JSON.parse(text));
  const isMadeAgain = again.success && JSON.stringify(again.output) === text;
  if (!isMadeAgain || !isPlainJson(params) || !isFiniteThroughout(parsed.output)) {
    throw new UsageError(`the params of stage '${stage}' are not plain JSON: ${text.slice(0, 200)}`);
  }
  return { params, native: kind.native?.(parsed.output) };
}

/** Whether all numbers in a value are finite. JSON has null in place of others. */
function isFiniteThroughout(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isFiniteThroughout);
}

/** The outputs that a stage publishes, each with its path. */
function publishedBy({ publish = {} }: GivenOptions): [string, string][] {
  return Object.entries(publish).flatMap(([output, path]) => (path ? [[output, path]] : []));
}

/** Whether a stage of the same kind and params is wired and published as it was. One of provenance is made anew. */
function isWiredAsBefore({ wires, publish, modules }: Stage, options: GivenOptions): boolean {
  if (modules !== undefined || !wires.every((wire) => isWiredAs(wire, options.inputs[wire.input]))) return false;
  return JSON.stringify([...publish]) === JSON.stringify(publishedBy(options));
}
