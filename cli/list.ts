import type { Pipeline } from '../engine/pipeline.ts';
import type { ChoiceOptions } from './choice.ts';
import { configurationOf } from './configuration.ts';
import { formatTable } from './format.ts';
import { print } from './print.ts';

/** Lists the names of all stages, each with its kind and what it publishes. */
export async function list(pipeline: Pipeline, options: ChoiceOptions & { readonly json?: boolean }): Promise<number> {
  const stages = [...(await configurationOf(pipeline, options)).graph.values()];
  const rows = stages.map(({ name, kind, publish }) => ({ name, kind: kind.name, publishes: [...publish.values()] }));
  if (options.json) print(JSON.stringify({ stages: rows }));
  else for (const line of formatTable(rows.map((row) => [row.name, row.kind, row.publishes.join(' ')]))) print(line);
  return 0;
}
