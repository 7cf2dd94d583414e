import type { Event } from '../engine/events.ts';
import { mendStore } from '../engine/mend.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import { describeEvent } from './describe-event.ts';
import { print, printError } from './print.ts';
import { type ConfigurationOptions, configurationOf, withLock } from './session.ts';
import { stagesNamed } from './targets.ts';

/** Has the targets run anew, whatever was recorded of them. */
export async function invalidate(
  pipeline: Pipeline,
  targets: readonly string[],
  options: ConfigurationOptions,
): Promise<number> {
  const { graph, placeFolder } = configurationOf(pipeline, options);
  const names = [...stagesNamed(graph, targets)].map(({ name }) => name);
  const show = (event: Event) => printError(describeEvent(event) ?? event.event);
  const onWait = (owner: string) => show({ event: 'waiting', owner });
  await withLock(pipeline.root, placeFolder, onWait, new AbortController().signal, async (checkout) => {
    mendStore(checkout, show);
    checkout.ledger.invalidate(names);
  });
  for (const name of names) print(`invalidated ${name}`);
  return 0;
}
