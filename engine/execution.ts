import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Checkout, OwnCheckout } from './checkout.ts';
import { describeError } from './errors.ts';
import type { Executor, InputFile, Job } from './executor.ts';
import { reached } from './fault-points.ts';
import { mapWire, type Stage } from './graph.ts';
import type { Progress, RunOptions } from './kind.ts';
import type { LedgerResult } from './ledger-entry.ts';
import { MACHINE } from './machine.ts';
import { outputsOfSlice, type Slice } from './provenance-of.ts';
import type { Outputs, Recipe } from './recipe.ts';

/** A run of a stage that went wrong. `log`: the path of its log, if it printed something that could be kept. */
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
  readonly outputs: Readonly<Record<string, Uint8Array>>;
  readonly log: Uint8Array;
  readonly seconds: number;
  readonly machine: string;
  readonly peakBytes: number;
}

/** Runs one stage by its recipe. Failures are values; never rejects. */
export async function execute(
  checkout: Checkout,
  executor: Executor,
  stage: Stage,
  recipe: Recipe,
  expectedSeconds: number,
  options: RunOptions,
  onProgress: (progress: Progress) => void,
): Promise<Execution | Failure> {
  try {
    if (recipe.slice !== undefined) return provenanceOf(checkout, stage, recipe, recipe.slice);
    const done = await executor.run(jobOf(checkout, stage, recipe, expectedSeconds, options), onProgress);
    reached('stage:done');
    if (!done.ok) return failure(checkout, stage, done.message, done.log);
    const problem = problemWithInputs(checkout, stage, recipe);
    if (problem !== undefined) {
      executor.forget(recipe.digest);
      return failure(checkout, stage, problem, done.log);
    }
    return { ...done, stage, recipe };
  } catch (error) {
    return { ok: false, message: describeError(error) };
  }
}

/** The outputs of a stage of provenance, which the engine makes itself. */
function provenanceOf({ codes }: Checkout, stage: Stage, recipe: Recipe, slice: Slice): Execution {
  const start = performance.now();
  const outputs = outputsOfSlice(slice, codes);
  const seconds = (performance.now() - start) / 1000;
  return { ok: true, stage, recipe, outputs, log: new Uint8Array(), seconds, machine: MACHINE, peakBytes: 0 };
}

function jobOf(
  { layout, store, codes }: Checkout,
  stage: Stage,
  recipe: Recipe,
  expectedSeconds: number,
  options: RunOptions,
): Job {
  const digests = new Map(Object.values(recipe.inputs).flatMap((wired) => Object.entries(wired)));
  // Not the files that people see: whatever happens to these, a stage reads what was recorded.
  const fileOf = (artifact: string): InputFile => [store.pathOf(digests.get(artifact) ?? ''), artifact];
  return {
    stage: stage.name,
    recipe: recipe.digest,
    expectedSeconds,
    kind: stage.kind.name,
    bundle: codes.bundles.pathOf(recipe.code.bundle),
    params: stage.params,
    inputs: Object.fromEntries(stage.wires.map((wire) => [wire.input, mapWire(wire, ({ name }) => fileOf(name))])),
    outputs: [...stage.files.keys()],
    pure: stage.kind.effects.length === 0 && stage.native === undefined,
    light: stage.kind.light ?? false,
    options,
    root: layout.root,
  };
}

/** Records an execution whose outputs were added to the store. The next commit brings both to the disk. */
export function recordExecution(
  { store, ledger, place }: OwnCheckout,
  { stage, recipe, log, seconds, machine }: Execution,
  outputs: Outputs,
): LedgerResult {
  const finished = new Date().toISOString();
  const said = log.length === 0 ? {} : { log: store.add(log) };
  const made = { stage: stage.name, place: place.folder, outputs, ...said, seconds, finished, machine };
  return ledger.record(recipe, made);
}

/** Records what others have made, and whose objects were added to the store. Nobody here knows how long it took. */
export function recordFetched(
  { ledger, place }: OwnCheckout,
  stage: Stage,
  recipe: Recipe,
  outputs: Outputs,
  from: string,
): LedgerResult {
  const finished = new Date().toISOString();
  const machine = `fetched from ${from}`;
  return ledger.record(recipe, { stage: stage.name, place: place.folder, outputs, finished, machine });
}

/** What a stage that is done has read and is no longer what its recipe says, in a sentence; undefined if nothing. */
function problemWithInputs({ store, codes, native }: Checkout, stage: Stage, recipe: Recipe): string | undefined {
  const again = 'was changed in the store while it ran, so its result is not recorded: run it again';
  if (!codes.bundles.isWhole(recipe.code.bundle)) return `its bundle ${again}`;
  if (stage.native !== undefined && !native.isUnchanged()) {
    return 'a native package was changed while it ran, so its result is not recorded: run it again';
  }
  const digests = Object.values(recipe.inputs).flatMap((wired) => Object.entries(wired));
  const input = digests.find(([, digest]) => store.stateOf(digest) !== 'whole');
  return input && `its input ${input[0]} ${again}`;
}

/** Keeps the log of a run that went wrong, if it had something to say, and the disk has room for it. */
function failure({ layout }: Pick<Checkout, 'layout'>, stage: Stage, message: string, log: Uint8Array): Failure {
  const kept = layout.failedLogOf(stage.name);
  try {
    rmSync(kept, { force: true });
    if (log.length === 0) return { ok: false, message };
    mkdirSync(dirname(kept), { recursive: true });
    writeFileSync(kept, log);
    return { ok: false, message, log: kept };
  } catch {
    return { ok: false, message };
  }
}
