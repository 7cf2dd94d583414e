import { rollup } from 'd3-array';
import { openCheckout } from '../engine/checkout.ts';
import { requiredLock } from '../engine/lock-file.ts';
import { type Origin, originOf, type Witness } from '../engine/origin.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import { configurationOf } from './configuration.ts';
import { describeReason } from './describe-reason.ts';
import { print, printError } from './print.ts';
import type { StatusOptions } from './status.ts';

const WITNESSES: Readonly<Record<Witness, string>> = {
  lock: 'the lock has its digest',
  ledger: 'it was made here, and is not what the lock says now',
  'its own description': 'its description says so, but its bytes are none that this checkout knows',
};

/**
 * Says of files, wherever they are, which stage made them, from what, and whether today's code makes the same.
 * @returns 1 if the pipeline is not known to have made one of them.
 */
export async function origins(pipeline: Pipeline, paths: readonly string[], options: StatusOptions): Promise<number> {
  const { graph, placeFolder } = await configurationOf(pipeline, options);
  const checkout = openCheckout(pipeline, placeFolder);
  const lock = requiredLock(checkout.layout);
  await checkout.codes.read(graph);
  let unknown = 0;
  for (const path of paths) {
    const origin = originOf(checkout, graph, lock, path, pipeline.describedBy);
    if (origin === undefined) {
      unknown++;
      printError(`${path} is nothing that this pipeline is known to have made`);
    } else if (options.json) {
      const { stage, output, witness, slice, differences } = origin;
      print(JSON.stringify({ path, stage: stage.name, output, witness, builtFrom: [...slice.keys()], differences }));
    } else for (const line of linesOf(path, origin)) print(line);
  }
  return unknown === 0 ? 0 : 1;
}

function linesOf(path: string, { stage, output, witness, slice, differences }: Origin): string[] {
  const counts = rollup(
    [...slice.values()].filter((each) => each !== stage),
    (stages) => stages.length,
    ({ kind }) => kind.name,
  );
  const behind = [...counts].map(([kind, count]) => `${count} ${kind}`);
  return [
    `${path} is ${output === undefined ? 'a picture' : `the ${output}`} of the stage ${stage.name}: ${WITNESSES[witness]}`,
    `  params: ${JSON.stringify(stage.params).slice(0, 300)}`,
    `  built from ${slice.size - 1} stages: ${behind.join(', ') || 'none'}`,
    differences.length === 0
      ? '  today’s code makes what the lock says'
      : `  today’s code makes something else than the lock says, of ${differences.length} stages:`,
    ...differences.slice(0, 5).map((each) => `    ${each.stage}: ${each.reasons.map(describeReason).join('; ')}`),
  ];
}
