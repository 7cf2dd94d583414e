import { modulesOf } from '../engine/code.ts';
import type { Digest } from '../engine/digest.ts';
import type { Stage } from '../engine/graph.ts';
import type { GraphCode } from '../engine/graph-code.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import type { ChoiceOptions } from './choice.ts';
import { type Configuration, configurationOf } from './configuration.ts';
import type { Loaded } from './load-again.ts';

/** A pipeline, with what was built of it. */
export interface Built {
  readonly pipeline: Pipeline;
  readonly configuration: Configuration;
  /** The code that stages had in the last run with the params that they have. */
  readonly codes: Map<Stage, Digest>;
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
    return { pipeline, configuration, codes: codesOfSame(before, configuration) };
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

/** The codes of the stages that have the params that they had. */
function codesOfSame({ configuration, codes }: Built, { graph }: Configuration): Map<Stage, Digest> {
  const found = new Map<Stage, Digest>();
  for (const stage of graph.values()) {
    const before = configuration.graph.get(stage.name);
    if (before?.params !== stage.params) continue;
    const code = codes.get(before);
    if (code !== undefined) found.set(stage, code);
  }
  return found;
}
