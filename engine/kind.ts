import type * as v from 'valibot';

/** What one file on an edge of the graph holds. Two artifacts can be wired together only if the names of their types are equal. */
export interface ArtifactType<Name extends string = string> {
  readonly name: Name;
  /** File extension without the dot. An output `curve` of extension `csv` is the file `curve.csv`. */
  readonly extension: string;
  /** The numbers in a file of this type, in a fixed order, to tell how far apart two files are; none if it is no data. */
  numbers?(contents: Uint8Array): ArrayLike<number>;
}

/** Declares a type of artifact. */
export function artifactType<const Name extends string>(
  name: Name,
  extension: string,
  numbers?: (contents: Uint8Array) => ArrayLike<number>,
): ArtifactType<Name> {
  return { name, extension, ...(numbers === undefined ? {} : { numbers }) };
}

/** An input that takes any number of artifacts of one type, in the order in which they are wired. */
export interface Many<Name extends string = string> {
  readonly many: ArtifactType<Name>;
}

/** Declares an input that takes any number of artifacts of one type. */
export function many<const Name extends string>(type: ArtifactType<Name>): Many<Name> {
  return { many: type };
}

export type InputTypes = Readonly<Record<string, ArtifactType | Many>>;
export type OutputTypes = Readonly<Record<string, ArtifactType>>;

/** Where a running stage finds its inputs: absolute paths of read-only files. */
export type InputPaths<Inputs extends InputTypes> = {
  readonly [K in keyof Inputs]: PathOf<Inputs[K]>;
};
type PathOf<Type> = Type extends Many ? readonly string[] : string;

/** Where a running stage writes its outputs: absolute paths of files to create, every one of them. */
export type OutputPaths<Outputs extends OutputTypes> = { readonly [K in keyof Outputs]: string };

/** How far a stage is: `done` of `total` units (iterations, bytes), and what to show beside it, e.g. `loss 0.0138`. */
export interface Progress {
  readonly done: number;
  readonly total?: number;
  readonly unit?: string;
  readonly note?: string;
}

/** Choices of one run that must not change any output, such as a mirror to download from. They are no part of a recipe. */
export type RunOptions = Readonly<Record<string, string>>;

/** What a stage is given to work with. */
export interface RunContext<Params, Inputs extends InputTypes, Outputs extends OutputTypes> {
  readonly params: Params;
  readonly inputs: InputPaths<Inputs>;
  readonly outputs: OutputPaths<Outputs>;
  readonly options: RunOptions;
  /** Reports how far the stage is. Cheap to call often; await it, so that other work of the process gets its turn. */
  progress(report: Progress): Promise<void>;
  /** Writes one line to the log of the stage. */
  log(line: string): void;
}

/** Schema of params, a strict one. The params must be plain JSON. */
export type ParamsSchema = v.StrictObjectSchema<v.ObjectEntries, undefined>;

/** A kind of stage: a function from inputs and params to outputs, with the declaration of all three. */
export interface Kind<
  Schema extends ParamsSchema = ParamsSchema,
  Inputs extends InputTypes = InputTypes,
  Outputs extends OutputTypes = OutputTypes,
> {
  readonly name: string;
  /** URL of the module whose default export this kind is: `import.meta.url`. Its import closure is the kind's code. */
  readonly module: string;
  readonly params: Schema;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  /**
   * Makes the outputs. May use nothing but its context, so that equal params, inputs and code give equal bytes.
   * @throws {StageError} for what a user can mend; anything else that is thrown is a defect, and is logged with its stack.
   */
  // A method, so that kinds of any params and inputs are assignable to Kind.
  run(context: RunContext<v.InferOutput<Schema>, Inputs, Outputs>): Promise<void>;
}

/** Declares a kind of stage. A module has one, as its default export. */
export function defineKind<
  Schema extends ParamsSchema,
  const Inputs extends InputTypes,
  const Outputs extends OutputTypes,
>(kind: Kind<Schema, Inputs, Outputs>): Kind<Schema, Inputs, Outputs> {
  return kind;
}

/** A failure that the message explains in full: what was wrong, where, what to do. Shown without a stack trace. */
export class StageError extends Error {
  override readonly name = 'StageError';
}
