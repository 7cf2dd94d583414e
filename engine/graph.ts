import type { JsonObject } from './digest.ts';
import type { Format } from './format.ts';
import type { Kind, Native } from './kind.ts';

/** One output of one stage: what the input of another can be wired to. */
export class Artifact<Name extends string = string> {
  readonly format: Format<Name>;
  readonly stage: Stage;
  readonly output: string;
  /** Its name in messages, locks and records, e.g. `noisy-mnist/seed=1#dataset`. */
  readonly name: string;

  constructor(format: Format<Name>, stage: Stage, output: string) {
    this.format = format;
    this.stage = stage;
    this.output = output;
    this.name = `${stage.name}#${output}`;
  }
}

/** What one element of an input is wired to: an artifact, or a group of them by name. */
export type Wired = Artifact | Readonly<Record<string, Artifact>>;

/** One input of a stage, and what is wired to it: one element, or a list of any number (`many`). */
export interface Wire {
  readonly input: string;
  readonly many: boolean;
  readonly elements: readonly Wired[];
}

/** An instance of a kind: concrete params and inputs under a name of its own. */
export class Stage {
  readonly name: string;
  readonly kind: Kind;
  readonly params: JsonObject;
  /** The params as the pipeline gave them, as JSON; undefined if they were no plain JSON. */
  readonly given: string | undefined;
  /** What its run uses that no bundle can hold. */
  readonly native: Native | undefined;
  /** Of a stage of provenance: the URLs of the modules whose code it has. Others have none. */
  readonly modules: readonly string[] | undefined;
  readonly wires: readonly Wire[];
  /** By output, the path at which it is published besides, e.g. `figures/figure-1.svg`. */
  readonly publish: ReadonlyMap<string, string>;
  /** By output, in the order of declaration. */
  readonly artifacts: Readonly<Record<string, Artifact>>;
  /** By output, in the same order, the name of its file. */
  readonly files: ReadonlyMap<string, string>;
  /** The stages that its inputs come from, each once. */
  readonly upstream: ReadonlySet<Stage>;

  constructor(parts: Omit<Stage, 'artifacts' | 'files' | 'upstream'>) {
    const { name, kind, params, given, native, modules, wires, publish } = parts;
    this.name = name;
    this.kind = kind;
    this.params = params;
    this.given = given;
    this.native = native;
    this.modules = modules;
    this.wires = wires;
    this.publish = publish;
    const outputs = Object.entries(kind.outputs);
    this.artifacts = Object.fromEntries(
      outputs.map(([output, format]) => [output, new Artifact(format, this, output)]),
    );
    this.files = new Map(outputs.map(([output, { extension }]) => [output, `${output}.${extension}`]));
    this.upstream = new Set(wires.flatMap((wire) => artifactsOf(wire).map(({ stage }) => stage)));
  }
}

/** The stages of a pipeline by name; every stage comes after those that it is built from. */
export type Graph = ReadonlyMap<string, Stage>;

/** The artifacts of an element, in order. */
function artifactsIn(element: Wired): readonly Artifact[] {
  return element instanceof Artifact ? [element] : Object.values(element);
}

/** All artifacts wired to an input, in order. */
export function artifactsOf({ elements }: Wire): readonly Artifact[] {
  return elements.flatMap(artifactsIn);
}

/** What is wired to an input, one element or a list, with a value of each artifact in its place. */
export function mapWire<Value>(
  { many, elements }: Wire,
  of: (artifact: Artifact) => Value,
): Mapped<Value> | readonly Mapped<Value>[] {
  const values = elements.map(
    (element): Mapped<Value> =>
      element instanceof Artifact
        ? of(element)
        : Object.fromEntries(Object.entries(element).map(([name, artifact]) => [name, of(artifact)])),
  );
  const [first] = values;
  return many || first === undefined ? values : first;
}

/** An element with values in place of artifacts. */
export type Mapped<Value> = Value | Readonly<Record<string, Value>>;

/** The part of the graph that the targets are built from, the targets included. */
export function withUpstream(graph: Graph, targets: Iterable<Stage>): Graph {
  const needed = new Set(targets);
  for (const stage of [...graph.values()].reverse()) {
    if (needed.has(stage)) for (const upstream of stage.upstream) needed.add(upstream);
  }
  return new Map([...graph].filter(([, stage]) => needed.has(stage)));
}
