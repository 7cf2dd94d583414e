import { modulesOf } from '../engine/code.ts';
import type { GraphCode } from '../engine/graph-code.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import type { ChoiceOptions } from './choice.ts';
import { type Configuration, configurationOf } from './configuration.ts';
import type { Loaded } from './load-again.ts';

/** A pipeline, with what was built of it. */
export interface Built {
  readonly pipeline: Pipeline;
  readonly configuration: Configuration;
}

/**
 * What is built of a pipeline that was loaded again.
 * @param code The code that has told of the change.
 * @returns undefined if that is for a new process: a module has changed since; what is no param of the pipeline has;
 * there are other kinds; or something is wrong.
 */
export async function builtAgain(
  before: Built,
  { pipeline, identities }: Loaded,
  code: GraphCode,
  options: ChoiceOptions,
): Promise<Built | undefined> {
  if (withoutParams(pipeline) !== withoutParams(before.pipeline)) return undefined;
  try {
    const configuration = await configurationOf(pipeline, options, before.configuration.graph);
    // Some modules are loaded only while the graph is built.
    if (!code.areAsTold(identities)) return undefined;
    const isElsewhere = configuration.placeFolder !== before.configuration.placeFolder;
    if (isElsewhere || modulesIn(configuration) !== modulesIn(before.configuration)) return undefined;
    return { pipeline, configuration };
  } catch {
    return undefined;
  }
}

function withoutParams({ params: _, profiles: __, ...rest }: Pipeline): string {
  return JSON.stringify(rest);
}

function modulesIn({ graph }: Configuration): string {
  return JSON.stringify(modulesOf(graph).sort((a, b) => (a.url < b.url ? -1 : 1)));
}
