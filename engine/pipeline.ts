import * as v from 'valibot';
import { UsageError } from './errors.ts';
import { type Graph, GraphBuilder } from './graph.ts';
import { describeIssues } from './issues.ts';
import type { ParamsSchema } from './kind.ts';

/** What is built from what, as a function of params. */
export interface Pipeline<Schema extends ParamsSchema = ParamsSchema> {
  /** The folder of the checkout. */
  readonly root: string;
  /** The committed configuration. */
  readonly params: v.InferInput<Schema>;
  readonly schema: Schema;
  /** Choices of one run that change no output, each with what it is for: `--<name> <value>` on the command line. */
  readonly options: Readonly<Record<string, string>>;
  /** Named lists of settings, such as `synthetic.seeds=1,2`: `--profile <name>` on the command line. */
  readonly profiles?: Readonly<Record<string, readonly string[]>>;
  /** Adds the stages to the graph. */
  build(params: v.InferOutput<Schema>, graph: GraphBuilder): void;
}

/**
 * The graph of a pipeline for some params.
 * @throws {UsageError} if a param is out of its range, or the stages do not make a graph.
 */
export function graphOf(pipeline: Pipeline, params: unknown): Graph {
  const parsed = v.safeParse(pipeline.schema, params);
  if (!parsed.success) throw new UsageError(`the params are wrong:\n${describeIssues(parsed.issues)}`);
  const builder = new GraphBuilder();
  pipeline.build(parsed.output, builder);
  return builder.graph;
}
