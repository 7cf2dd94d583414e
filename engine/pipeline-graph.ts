import * as v from 'valibot';
import { UsageError, UserError } from './errors.ts';
import type { Graph } from './graph.ts';
import { GraphBuilder } from './graph-builder.ts';
import { describeIssues } from './issues.ts';
import type { ParamsSchema } from './kind.ts';
import type { Pipeline } from './pipeline.ts';

/**
 * The graph of a pipeline for some params.
 * @param before A graph that was built of it before: what is as it was there is the same object.
 * @throws {UsageError} if a param is out of its range, or the stages do not make a graph.
 */
export async function graphOf(pipeline: Pipeline, params: unknown, before?: Graph): Promise<Graph> {
  const parsed = v.safeParse(await pipeline.schema(), params);
  if (!parsed.success) throw new UsageError(`the params are wrong:\n${describeIssues(parsed.issues)}`);
  const builder = new GraphBuilder(before);
  await built(pipeline, parsed.output, builder);
  return builder.graph;
}

/**
 * Builds the graph. An error that is none for users is a mistake in the pipeline: its place is told to who writes that.
 */
async function built(pipeline: Pipeline, params: v.InferOutput<ParamsSchema>, builder: GraphBuilder): Promise<void> {
  try {
    await pipeline.build(params, builder);
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error)) throw error;
    const [, place = ''] = /\n +at (.*)/.exec(error.stack ?? '') ?? [];
    throw new UserError(`the pipeline can't build its graph: ${error.message}${place && ` (at ${place})`}`);
  }
}
