import * as v from 'valibot';
import { UsageError } from './errors.ts';
import { type Graph, GraphBuilder } from './graph.ts';
import { describeIssues } from './issues.ts';
import type { Pipeline } from './pipeline.ts';

/**
 * The graph of a pipeline for some params.
 * @throws {UsageError} if a param is out of its range, or the stages do not make a graph.
 */
export async function graphOf(pipeline: Pipeline, params: unknown): Promise<Graph> {
  const parsed = v.safeParse(await pipeline.schema(), params);
  if (!parsed.success) throw new UsageError(`the params are wrong:\n${describeIssues(parsed.issues)}`);
  const builder = new GraphBuilder();
  await pipeline.build(parsed.output, builder);
  return builder.graph;
}
