import * as v from 'valibot';
import { type JsonObject, parsedObjectSchema } from './digest.ts';
import { UsageError } from './errors.ts';
import type { Format } from './format.ts';
import { Artifact, artifactsOf, type Graph, type Stage, type Wire, type Wired } from './graph.ts';
import { describeIssues } from './issues.ts';
import {
  type Group,
  type InputFormats,
  isFormat,
  isMany,
  type Kind,
  type Many,
  type OutputFormats,
  type ParamsSchema,
} from './kind.ts';
import { ARTIFACTS, RESERVED_NAMES } from './layout.ts';
import provenance from './provenance.ts';

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

const wordPattern = /^[a-z][a-z0-9-]*$/i;
const namePattern = /^[a-z0-9][\w.=+-]*(\/[a-z0-9][\w.=+-]*)*$/i;

/** Collects the stages of a pipeline, and refuses what can't be built. */
export class GraphBuilder {
  readonly #stages = new Map<string, Stage>();
  /** Every stage, and every folder that a stage's name is in. */
  readonly #paths = new Map<string, 'stage' | 'folder'>();
  readonly #published = new Map<string, string>();
  /** The module of each kind, by its name. */
  readonly #kinds = new Map<string, string>();

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
  add(
    name: string,
    kind: Kind,
    options: {
      params: Record<string, unknown>;
      inputs: Record<string, Wired | readonly Wired[]>;
      publish?: Record<string, string | undefined>;
      modules?: readonly string[];
    },
  ): Record<string, Artifact> {
    this.#claimName(name);
    this.#claimKind(kind);
    const isProvenance = kind.module === provenance.module;
    if (options.modules !== undefined && !isProvenance) {
      throw new UsageError(`the stage '${name}' asks for the code of modules: only a stage of provenance has it`);
    }
    const parsed = parseParams(name, kind, options.params);
    const stage: Stage = {
      name,
      kind,
      params: plainParams(name, kind, parsed),
      native: kind.native?.(parsed),
      wires: Object.entries(kind.inputs).map(([input, format]) => wireTo(name, input, format, options.inputs[input])),
      files: new Map(Object.entries(kind.outputs).map(([output, format]) => [output, `${output}.${format.extension}`])),
      publish: new Map(Object.entries(options.publish ?? {}).flatMap(([key, path]) => (path ? [[key, path]] : []))),
      ...(isProvenance ? { modules: options.modules ?? [] } : {}),
    };
    for (const path of stage.publish.values()) this.#claimPublished(path, name);
    this.#stages.set(name, stage);
    return Object.fromEntries(
      Object.entries(kind.outputs).map(([output, format]) => [output, new Artifact(format, stage, output)] as const),
    );
  }

  /** All artifacts of a format that the stages make which were added so far, in their order. */
  artifactsOf<Name extends string>(format: Format<Name>): Artifact<Name>[] {
    return [...this.#stages.values()].flatMap((stage) =>
      Object.entries(stage.kind.outputs)
        .filter(([, made]) => made.name === format.name)
        .map(([output]) => new Artifact(format, stage, output)),
    );
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

function parseParams(stage: string, kind: Kind, params: unknown): v.InferOutput<ParamsSchema> {
  const parsed = v.safeParse(kind.params, params);
  if (!parsed.success) {
    throw new UsageError(`the params of stage '${stage}' are wrong:\n${describeIssues(parsed.issues)}`);
  }
  return parsed.output;
}

/** Params as a worker gets them: as JSON, of which the schema must make the same again. */
function plainParams(stage: string, kind: Kind, parsed: unknown): JsonObject {
  const text = JSON.stringify(parsed);
  const plain = v.safeParse(parsedObjectSchema, JSON.parse(text));
  const again = v.safeParse(kind.params, JSON.parse(text));
  if (plain.success && again.success && JSON.stringify(again.output) === text && isFiniteThroughout(parsed)) {
    return JSON.parse(text);
  }
  throw new UsageError(`the params of stage '${stage}' are not plain JSON: ${text.slice(0, 200)}`);
}

/** Whether all numbers in a value are finite. JSON has null in place of others. */
function isFiniteThroughout(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isFiniteThroughout);
}

/** What is wired to an input, checked as far as a compiler that was overruled would have. */
function wireTo(
  stage: string,
  input: string,
  format: Format | Group | Many,
  wired: Wired | readonly Wired[] | undefined,
): Wire {
  if (wired === undefined) throw new UsageError(`the input '${input}' of stage '${stage}' is not wired`);
  const many = isMany(format);
  if (isList(wired) !== many) {
    const taken = many ? 'a list' : 'one element, and no list';
    throw new UsageError(`the input '${input}' of stage '${stage}' is wired wrong: it takes ${taken}`);
  }
  const declared = many ? format.many : format;
  const members = isFormat(declared) ? undefined : Object.keys(declared);
  const elements = (isList(wired) ? wired : [wired]).map((element) =>
    element instanceof Artifact || members === undefined ? element : membersOf(stage, input, element, members),
  );
  const wire = { input, many, elements };
  const names = artifactsOf(wire).map(({ name }) => name);
  if (new Set(names).size < names.length) {
    throw new UsageError(`the input '${input}' of stage '${stage}' is wired twice to the same artifact`);
  }
  return wire;
}

/** The artifacts of a group that its input declares; others are left out. */
function membersOf(
  stage: string,
  input: string,
  group: Readonly<Record<string, Artifact>>,
  names: readonly string[],
): Readonly<Record<string, Artifact>> {
  return Object.fromEntries(
    names.map((name) => {
      const artifact = group[name];
      if (artifact === undefined)
        throw new UsageError(`'${name}' of the input '${input}' of stage '${stage}' is not wired`);
      return [name, artifact];
    }),
  );
}

function isList(wired: Wired | readonly Wired[]): wired is readonly Wired[] {
  return Array.isArray(wired);
}
