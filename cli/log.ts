import { Checkout } from '../engine/checkout.ts';
import { UserError } from '../engine/errors.ts';
import { readOptionalFile } from '../engine/files.ts';
import { type Pipeline, rootOf } from '../engine/pipeline.ts';
import type { ChoiceOptions } from './choice.ts';
import { configurationOf } from './configuration.ts';
import { stagesNamed } from './targets.ts';

/** Shows what the last run of a stage, failed or not, had to say. */
export async function log(pipeline: Pipeline, target: string, options: ChoiceOptions): Promise<number> {
  const { graph, placeFolder } = await configurationOf(pipeline, options);
  const checkout = new Checkout(rootOf(pipeline), placeFolder);
  for (const stage of stagesNamed(graph, [target])) {
    const failed = readOptionalFile(checkout.failedLogOf(stage));
    const last = checkout.ledger.lastResult(stage.name, placeFolder);
    const text =
      failed ?? (last && checkout.store.stateOf(last.log) === 'whole' ? checkout.store.read(last.log) : undefined);
    if (text === undefined) throw new UserError(`there is no log of '${stage.name}': it was never run here`);
    process.stdout.write(text);
  }
  return 0;
}
