import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Checkout } from './checkout.ts';
import type { Digest } from './digest.ts';
import { describeError } from './errors.ts';
import type { Executor } from './executor.ts';
import { reached } from './fault-points.ts';
import { type FileIdentity, fileIdentity } from './file-digests.ts';
import { statsAt } from './files.ts';
import type { Stage } from './graph.ts';
import type { Progress, RunOptions } from './kind.ts';
import type { LedgerResult } from './ledger.ts';
import type { Recipe } from './recipe.ts';

/** What went wrong with a run of a stage, and the path of its log, if that could be kept. */
export interface Failure {
  readonly ok: false;
  readonly message: string;
  readonly log?: string;
}

/** A run of a stage that came to a good end. Its outputs are not kept yet. */
export interface Execution {
  readonly ok: true;
  readonly stage: Stage;
  readonly recipe: Recipe;
  readonly scratch: Scratch;
  /** The identity of each output's file when the stage reported done. */
  readonly identities: ReadonlyMap<string, FileIdentity | undefined>;
  readonly seconds: number;
  readonly peakBytes: number;
}

/** An execution whose outputs are kept and recorded. */
export interface Kept {
  readonly ok: true;
  readonly result: LedgerResult;
}

/** Runs one stage by its recipe. Failures are values; never rejects. */
export async function execute(
  checkout: Checkout,
  executor: Executor,
  stage: Stage,
  recipe: Recipe,
  options: RunOptions,
  onProgress: (progress: Progress) => void,
): Promise<Execution | Failure> {
  const start = performance.now();
  let scratch: Scratch | undefined;
  try {
    scratch = makeScratch(checkout, stage);
    reached('scratch:made');
    const inputs = inputPathsOf(stage, recipe, checkout);
    const { module } = stage.kind;
    const job = { stage: stage.name, module, params: stage.params, inputs, options: { ...options }, ...scratch };
    const done = await executor.run(job, onProgress);
    reached('stage:done');
    if (!done.ok) return failure(done.message, checkout, stage, scratch);
    const problem = problemWithOutputs(stage, scratch) ?? problemWithInputs(recipe, checkout);
    if (problem !== undefined) return failure(problem, checkout, stage, scratch);
    const seconds = (performance.now() - start) / 1000;
    const identities = new Map(Object.entries(scratch.outputs).map(([output, path]) => [output, fileIdentity(path)]));
    return { ok: true, stage, recipe, scratch, identities, seconds, peakBytes: done.peakBytes };
  } catch (error) {
    if (scratch !== undefined) remove(scratch);
    return { ok: false, message: describeError(error) };
  }
}

/** Keeps the outputs of an execution in the store, records them, and puts copies in place. Never throws. */
export function keep(checkout: Checkout, execution: Execution): Kept | Failure {
  const { stage, recipe, scratch, seconds } = execution;
  try {
    const outputs = keepOutputs(checkout, execution);
    const log = checkout.store.add(scratch.log);
    const finished = new Date().toISOString();
    const machine = `${process.platform} ${process.arch}, Node ${process.version}`;
    const place = checkout.place.folder;
    const made = { stage: stage.name, place, outputs, log, seconds, finished, machine };
    const result = checkout.ledger.record(recipe, made);
    reached('stage:recorded');
    checkout.place.put(stage, outputs, checkout.store);
    rmSync(checkout.failedLogOf(stage), { force: true });
    return { ok: true, result };
  } catch (error) {
    return { ok: false, message: describeError(error) };
  } finally {
    remove(scratch);
  }
}

/** A folder of its own for one run of one stage: nothing outside of it is written until the stage is done. */
interface Scratch {
  readonly folder: string;
  readonly outputs: Record<string, string>;
  readonly log: string;
}

function makeScratch({ store: { scratchFolder } }: Checkout, stage: Stage): Scratch {
  mkdirSync(scratchFolder, { recursive: true });
  const folder = mkdtempSync(join(scratchFolder, 'run-'));
  mkdirSync(join(folder, 'outputs'));
  const log = join(folder, 'log.txt');
  writeFileSync(log, '');
  const outputs = Object.fromEntries([...stage.files].map(([output, file]) => [output, join(folder, 'outputs', file)]));
  return { folder, outputs, log };
}

/** The store's own objects: whatever happens to the copies that people see, a stage reads what was recorded. */
function inputPathsOf(stage: Stage, recipe: Recipe, { store }: Checkout): Record<string, string | string[]> {
  return Object.fromEntries(
    stage.wires.map(({ input, many }) => {
      const paths = Object.values(recipe.inputs[input] ?? {}).map((digest) => store.pathOf(digest));
      return [input, many ? paths : (paths[0] ?? '')];
    }),
  );
}

function problemWithOutputs(stage: Stage, { folder, outputs }: Scratch): string | undefined {
  const missing = Object.entries(outputs).find(([, path]) => !statsAt(path)?.isFile());
  if (missing !== undefined)
    return `it reported done, but did not write its output '${missing[0]}' (${stage.files.get(missing[0])})`;
  const declared = new Set(stage.files.values());
  const undeclared = readdirSync(join(folder, 'outputs')).find((file) => !declared.has(file));
  return undeclared === undefined ? undefined : `it wrote ${undeclared}, which is not one of its declared outputs`;
}

/** What a stage reads must be, when it is done, what its recipe says. */
function problemWithInputs(recipe: Recipe, { store, codeReader }: Checkout): string | undefined {
  const file = codeReader.changedFile(recipe.code);
  if (file !== undefined) return `${file} was changed while it ran, so its result is not recorded: run it again`;
  const digests = Object.values(recipe.inputs).flatMap((wired) => Object.entries(wired));
  const input = digests.find(([, digest]) => store.stateOf(digest) !== 'whole');
  return (
    input && `its input ${input[0]} was changed in the store while it ran, so its result is not recorded: run it again`
  );
}

/** Keeps the outputs, as they were when the stage reported done. */
function keepOutputs({ store }: Checkout, { stage, scratch, identities }: Execution): Record<string, Digest> {
  return Object.fromEntries(
    Object.entries(scratch.outputs).map(([output, path]) => {
      const digest = store.add(path);
      if (fileIdentity(path) !== identities.get(output)) {
        throw new Error(`the output '${output}' of ${stage.name} was written to after the stage had reported done`);
      }
      return [output, digest];
    }),
  );
}

/** Keeps the log of a run that went wrong, where that can be done: on a full disk it can't. */
function failure(message: string, checkout: Checkout, stage: Stage, scratch: Scratch): Failure {
  const kept = checkout.failedLogOf(stage);
  try {
    mkdirSync(dirname(kept), { recursive: true });
    copyFileSync(scratch.log, kept);
    return { ok: false, message, log: kept };
  } catch {
    return { ok: false, message };
  } finally {
    remove(scratch);
  }
}

/** What can't be removed now goes when the checkout is closed. */
function remove({ folder }: Scratch): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {}
}
