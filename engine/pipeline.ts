import { z } from 'zod';
import { UsageError } from './errors.ts';
import { type Graph, GraphBuilder } from './graph.ts';

/** What is built from what, as a function of params. */
export interface Pipeline<Schema extends z.ZodObject = z.ZodObject> {
  /** The folder of the checkout. */
  readonly root: string;
  /** The committed configuration. */
  readonly params: z.input<Schema>;
  readonly schema: Schema;
  /** Choices of one run that change no output, each with what it is for: `--<name> <value>` on the command line. */
  readonly options: Readonly<Record<string, string>>;
  /** Adds the stages to the graph. */
  build(params: z.output<Schema>, graph: GraphBuilder): void;
}

/**
 * The graph of a pipeline for some params.
 * @throws {UsageError} if a param is out of its range, or the stages do not make a graph.
 */
export function graphOf(pipeline: Pipeline, params: unknown): Graph {
  const parsed = pipeline.schema.safeParse(params);
  if (!parsed.success) throw new UsageError(`the params are wrong:\n${z.prettifyError(parsed.error)}`);
  const builder = new GraphBuilder();
  pipeline.build(parsed.data, builder);
  return builder.graph;
}
