import { isBuiltin } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Checkout, type Kept, openCheckout } from '../engine/checkout.ts';
import type { Digest } from '../engine/digest.ts';
import { UsageError, UserError } from '../engine/errors.ts';
import type { Summary } from '../engine/events.ts';
import { type Graph, type Stage, upstreamOf, withUpstream } from '../engine/graph.ts';
import type { RunOptions } from '../engine/kind.ts';
import { readLock, updateLock } from '../engine/lock-file.ts';
import { packageNameOf } from '../engine/native-packages.ts';
import { type Pipeline, rootOf } from '../engine/pipeline.ts';
import { planOf } from '../engine/plan.ts';
import { runGraph, type Sharing } from '../engine/run.ts';
import type { Session } from '../engine/session.ts';
import type { SlurmOptions } from '../engine/slurm/options.ts';
import { takeSnapshot } from '../engine/take-snapshot.ts';
import { writeBesidePage } from './beside-page.ts';
import type { ChoiceOptions } from './choice.ts';
import { type Configuration, configurationOf } from './configuration.ts';
import { describeReasons } from './describe-reason.ts';
import { inSession } from './in-session.ts';
import { interruptible } from './interruptible.ts';
import { print, printError } from './print.ts';
import { type RemoteOptions, sharedStoreOf } from './remote.ts';
import { stagesNamed } from './targets.ts';
import { viewFor } from './view.ts';

export interface RunCommandOptions extends ChoiceOptions, RemoteOptions {
  readonly force?: boolean;
  readonly jobs?: number;
  readonly dryRun?: boolean;
  readonly keepGoing?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly executor: string;
  /** How jobs are handed to Slurm. */
  readonly slurm?: string;
  /** Targets whose stages may diverge. */
  readonly accept: readonly string[];
  /** The pipeline's own options. */
  readonly runOptions: RunOptions;
  /** Whether nothing runs: all comes from the shared store. */
  readonly onlyShared?: boolean;
}

/** What a process that runs again has from its earlier runs. */
export interface Before {
  readonly configuration: Configuration;
  readonly kept: Kept;
  /** The code that stages had in the last run. */
  readonly codes: Map<Stage, Digest>;
  /** Ends the run, as Ctrl-C does. */
  readonly signal: AbortSignal;
}

/** Brings the targets, or everything, up to date; returns the exit code. */
export async function run(
  pipeline: Pipeline,
  targets: readonly string[] | undefined,
  options: RunCommandOptions,
  before?: Before,
): Promise<number> {
  const slurm = await slurmOptionsOf(options);
  const { graph, placeFolder, digest } = before?.configuration ?? (await configurationOf(pipeline, options));
  const chosen = targets === undefined ? new Set(graph.values()) : stagesNamed(graph, targets);
  const needed = withUpstream(graph, chosen);
  const forced = options.force ? chosen : new Set<Stage>();
  const accepted = stagesNamed(graph, options.accept);
  if (options.dryRun) return dryRun(openCheckout(pipeline, placeFolder), needed, forced, options.json ?? false);

  const view = await viewFor(options);
  const work = async (session: Session, signal: AbortSignal) => {
    const lock = readLock(session.checkout.layout);
    const executor = await session.prepare(needed, options.jobs ?? availableParallelism(), slurm);
    const store = await sharedStoreOf(options, lock, view.show, signal);
    const only = options.onlyShared ?? false;
    const sharing = store && { store, wanted: targets === undefined ? endsOf(graph) : chosen, only };
    // A process that runs again has loaded its code too long ago for a snapshot.
    const isWhole = targets === undefined && before === undefined && (await readsPipeline(session.checkout, pipeline));
    const { summary, results } = await runGraph({
      session,
      graph: needed,
      ...(before === undefined ? {} : { first: withNewCode(session.checkout, needed, before.codes) }),
      forced,
      accepted,
      lock,
      keepGoing: options.keepGoing ?? false,
      options: options.runOptions,
      executor,
      signal,
      ...(sharing === undefined ? {} : { sharing }),
    });
    const newLock = placeFolder === '' ? updateLock(session, graph, results, lock) : undefined;
    session.save();
    writeBesidePage(pipeline, graph, results, join(rootOf(pipeline), placeFolder));
    if (isWhole && results.size === graph.size) {
      takeSnapshot(session, { configuration: digest, graph, results, lock: newLock });
    }
    view.end(summary);
    const lacking = only ? lackingOf(summary, sharing) : [];
    if (lacking.length > 0) printError(`not to be had: ${lacking.join(', ')}`);
    return summary.failed.length + lacking.length > 0 ? 1 : 0;
  };
  return interruptible(
    (signal) => inSession(pipeline, placeFolder, view.show, signal, (session) => work(session, signal), before?.kept),
    before?.signal,
  );
}

/** The stages whose code is not what it was; from here on it was. */
function withNewCode({ codes }: Checkout, graph: Graph, before: Map<Stage, Digest>): Set<Stage> {
  const changed = [...graph.values()].filter((stage) => codes.of(stage).digest !== before.get(stage));
  for (const stage of changed) before.set(stage, codes.of(stage).digest);
  return new Set(changed);
}

/** The stages that people look at: what they make is published, or nothing else is built from it. */
function endsOf(graph: Graph): Set<Stage> {
  const used = new Set([...graph.values()].flatMap((stage) => [...upstreamOf(stage)]));
  return new Set([...graph.values()].filter((stage) => stage.publish.size > 0 || !used.has(stage)));
}

/** The stages that were wanted and were not fetched. */
function lackingOf({ skipped }: Summary, sharing: Sharing | undefined): string[] {
  const wanted = new Set([...(sharing?.wanted ?? [])].map(({ name }) => name));
  return skipped.filter((name) => wanted.has(name));
}

/** How jobs are handed to Slurm; undefined if stages run on this machine. */
async function slurmOptionsOf({ executor, slurm }: RunCommandOptions): Promise<SlurmOptions | undefined> {
  if (executor === 'slurm') return (await import('../engine/slurm/options.ts')).parseSlurmOptions(slurm ?? '');
  if (slurm !== undefined) throw new UsageError('--slurm says how Slurm takes stages: it goes with --executor slurm');
  return undefined;
}

/** Reads the code that makes the graph; returns whether all its imports could be followed. */
async function readsPipeline({ codes, native }: Checkout, { module }: Pipeline): Promise<boolean> {
  try {
    await codes.bundles.read([{ url: module, as: 'program' }]);
    const packages = codes.bundles
      .of(module)
      .external.filter((name) => !isBuiltin(name))
      .map(packageNameOf);
    native.digestsOf({ packages: [...new Set(packages)], portable: true });
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

async function dryRun(checkout: Checkout, graph: Graph, forced: ReadonlySet<Stage>, json: boolean): Promise<number> {
  await checkout.codes.read(graph);
  for (const [stage, assessment] of planOf(checkout, graph, forced)) {
    if (assessment.state === 'fresh') continue;
    const restorable = 'restorable' in assessment && assessment.restorable !== undefined;
    const action = restorable ? 'restore' : assessment.state === 'stale' ? 'run' : 'run-perhaps';
    const { reasons } = assessment;
    if (json) print(JSON.stringify({ event: 'planned', stage: stage.name, action, reasons }));
    else print(`would ${action.replace('run-perhaps', 'perhaps run')} ${stage.name}: ${describeReasons(reasons)}`);
  }
  return 0;
}
