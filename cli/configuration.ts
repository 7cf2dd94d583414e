import { UsageError } from '../engine/errors.ts';
import type { Graph } from '../engine/graph.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import { graphOf } from '../engine/pipeline-graph.ts';
import { type Choice, type ChoiceOptions, choiceOf } from './choice.ts';

/** What the options choose, with the graph that is built of it. */
export interface Configuration extends Choice {
  readonly graph: Graph;
}

/**
 * What the options choose, with the graph that is built of it.
 * @param before A graph that was built before: what is as it was there is the same object.
 * @throws {UsageError} if an option is wrong, a param is out of its range, or the stages do not make a graph.
 */
export async function configurationOf(
  pipeline: Pipeline,
  options: ChoiceOptions,
  before?: Graph,
): Promise<Configuration> {
  const choice = await choiceOf(pipeline, options);
  const graph = await graphOf(pipeline, choice.params, before);
  const local = choice.placeFolder === '' && [...graph.values()].find(({ native }) => native?.portable === false);
  if (local) {
    throw new UsageError(
      `'${local.name}' makes bytes that are this machine's own, so they can be neither published nor locked: give --out`,
    );
  }
  return { ...choice, graph };
}
