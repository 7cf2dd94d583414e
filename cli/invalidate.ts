import type { Pipeline } from '../engine/pipeline.ts';
import type { ChoiceOptions } from './choice.ts';
import { configurationOf } from './configuration.ts';
import { inSession } from './in-session.ts';
import { showError } from './plain-view.ts';
import { print } from './print.ts';
import { stagesNamed } from './targets.ts';

/** Has the targets run anew, whatever was recorded of them. */
export async function invalidate(
  pipeline: Pipeline,
  targets: readonly string[],
  options: ChoiceOptions,
): Promise<number> {
  const { graph, placeFolder } = await configurationOf(pipeline, options);
  const names = [...stagesNamed(graph, targets)].map(({ name }) => name);
  await inSession(pipeline, placeFolder, showError, new AbortController().signal, async ({ checkout }) => {
    checkout.ledger.invalidate(names);
    await checkout.groupCommit.commit();
  });
  for (const name of names) print(`invalidated ${name}`);
  return 0;
}
