import type { Pipeline } from '../engine/pipeline.ts';
import { type ConfigurationOptions, configurationOf, withLock } from './configuration.ts';
import { print } from './print.ts';
import { stagesNamed } from './targets.ts';
import { showError } from './view.ts';

/** Has the targets run anew, whatever was recorded of them. */
export async function invalidate(
  pipeline: Pipeline,
  targets: readonly string[],
  options: ConfigurationOptions,
): Promise<number> {
  const { graph, placeFolder } = configurationOf(pipeline, options);
  const names = [...stagesNamed(graph, targets)].map(({ name }) => name);
  await withLock(pipeline.root, placeFolder, showError, new AbortController().signal, async (checkout) => {
    checkout.ledger.invalidate(names);
  });
  for (const name of names) print(`invalidated ${name}`);
  return 0;
}
