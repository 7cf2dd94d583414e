import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as v from 'valibot';
import type { GraphBuilder } from './graph-builder.ts';
import type { ParamsSchema } from './kind.ts';
import type { Speedup } from './speedup.ts';

/** What is built from what, as a function of params. */
export interface Pipeline<Schema extends ParamsSchema = ParamsSchema> {
  /** URL of the module that the pipeline is in, at the top of the checkout: `import.meta.url`. */
  readonly module: string;
  /** The committed configuration. */
  readonly params: v.InferInput<Schema>;
  /** Choices of one run that change no output, each with what it is for: `--<name> <value>` on the command line. */
  readonly options?: Readonly<Record<string, string>>;
  /** Packages that no bundle can hold: native code, or a compiler. */
  readonly native?: readonly string[];
  /** What may make workers faster. */
  readonly speedup?: Speedup;
  /**
   * The stage and the output that are a page. The command of the stage's name, for which `about` is the help, opens it.
   */
  readonly page?: { readonly stage: string; readonly output: string; readonly about: string };
  /** The param of stages with which the descriptions of their pictures begin. */
  readonly describedBy?: string;
  /** Lists of params with their values, such as `synthetic.seeds=1,2`, by the name that `--profile` takes. */
  readonly profiles?: Readonly<Record<string, readonly string[]>>;
  /** Loads the schema of the params. */
  schema(): Schema | Promise<Schema>;
  /**
   * Adds the stages to the graph. What it adds may depend on nothing but the params and its code: a run that finds
   * these as the last one left them does not call it.
   */
  build(params: v.InferOutput<Schema>, graph: GraphBuilder): void | Promise<void>;
}

/** The folder of the checkout. */
export function rootOf({ module }: Pipeline): string {
  return dirname(fileURLToPath(module));
}
