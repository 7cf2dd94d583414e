import { openCheckout } from '../engine/checkout.ts';
import { UserError } from '../engine/errors.ts';
import { readOptionalFile } from '../engine/files.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import type { ChoiceOptions } from './choice.ts';
import { configurationOf } from './configuration.ts';
import { stagesNamed } from './targets.ts';

/** Shows what the last run of a stage, failed or not, had to say. */
export async function log(pipeline: Pipeline, target: string, options: ChoiceOptions): Promise<number> {
  const { graph, placeFolder } = await configurationOf(pipeline, options);
  const { layout, ledger, store } = openCheckout(pipeline, placeFolder);
  for (const stage of stagesNamed(graph, [target])) {
    const failed = readOptionalFile(layout.failedLogOf(stage.name));
    const last = ledger.lastResult(stage.name, placeFolder);
    if (failed === undefined && last === undefined) {
      throw new UserError(`there is no log of '${stage.name}': it was never run here`);
    }
    const kept = last?.log;
    process.stdout.write(failed ?? (kept !== undefined && store.stateOf(kept) === 'whole' ? store.read(kept) : ''));
  }
  return 0;
}
