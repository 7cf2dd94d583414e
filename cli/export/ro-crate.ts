import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { openCheckout } from '../../engine/checkout.ts';
import { UsageError, UserError } from '../../engine/errors.ts';
import type { Stage } from '../../engine/graph.ts';
import type { LedgerResult } from '../../engine/ledger-entry.ts';
import { type Pipeline, rootOf } from '../../engine/pipeline.ts';
import type { Assessment } from '../../engine/plan.ts';
import { type ChoiceOptions, choiceOf } from '../choice.ts';
import { print } from '../print.ts';
import { planOfTargets } from '../status.ts';
import { CONTEXT, type CrateFile, type Description, processCrate, provenanceCrate } from './crate-entities.ts';

const descriptionSchema = v.object({
  name: v.string(),
  version: v.optional(v.string(), '0'),
  description: v.string(),
  license: v.optional(v.string()),
  author: v.optional(v.string()),
});

/**
 * Writes a Workflow Run RO-Crate: of everything, at the level of processes, with what is published; of targets, at the
 * level of provenance, with every stage that they are built from and all that it made. Its files are copies.
 * @throws {UserError} if not all of it is up to date.
 */
export async function exportRoCrate(
  pipeline: Pipeline,
  folder: string,
  targets: readonly string[],
  options: ChoiceOptions,
): Promise<number> {
  if (folder === '') throw new UsageError('a crate needs a folder: name a new folder');
  if (existsSync(folder)) throw new UsageError(`${folder} exists: name a new folder`);
  const { plan } = await planOfTargets(pipeline, targets, options);
  const made = resultsOf(plan);
  const stages = [...made.keys()];
  const isWhole = targets.length === 0;
  const files = stages.flatMap((stage) => filesOf(stage, isWhole));
  const description = descriptionOf(rootOf(pipeline));
  const workflow = fileURLToPath(pipeline.module);
  const entities = isWhole
    ? processCrate(description, files, made)
    : provenanceCrate(description, basename(workflow), stages, files, made);
  const { store } = openCheckout(pipeline, (await choiceOf(pipeline, options)).placeFolder);
  mkdirSync(folder, { recursive: true });
  for (const { path, stage, output } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(store.pathOf(made.get(stage)?.outputs[output] ?? ''), join(folder, path));
  }
  if (!isWhole) copyFileSync(workflow, join(folder, basename(workflow)));
  const crate = { '@context': CONTEXT, '@graph': entities };
  writeFileSync(join(folder, 'ro-crate-metadata.json'), `${JSON.stringify(crate, null, 2)}\n`);
  print(`${folder}: ${files.length} files of ${stages.length} stages`);
  return 0;
}

function resultsOf(plan: ReadonlyMap<Stage, Assessment>): Map<Stage, LedgerResult> {
  return new Map(
    [...plan].map(([stage, assessment]) => {
      if (assessment.state === 'fresh') return [stage, assessment.result];
      throw new UserError(`${stage.name} is not up to date: run it, then export`);
    }),
  );
}

function descriptionOf(root: string): Description {
  const path = join(root, 'package.json');
  const parsed = v.safeParse(descriptionSchema, JSON.parse(readFileSync(path, 'utf8')));
  if (parsed.success) return parsed.output;
  throw new UserError(`${path} says too little for a crate: ${v.summarize(parsed.issues)}`);
}

function filesOf(stage: Stage, publishedOnly: boolean): CrateFile[] {
  if (publishedOnly) return [...stage.publish].map(([output, path]) => ({ path, stage, output }));
  return [...stage.files].map(([output, file]) => ({ path: `${stage.name}/${file}`, stage, output }));
}
