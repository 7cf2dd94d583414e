import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Kept, openCheckout } from '../engine/checkout.ts';
import type { EarlierResults } from '../engine/earlier-results.ts';
import type { Summary } from '../engine/events.ts';
import { type Stage, withUpstream } from '../engine/graph.ts';
import { readLockAgain, updateLock } from '../engine/lock-file.ts';
import { type Pipeline, rootOf } from '../engine/pipeline.ts';
import { runGraph } from '../engine/run.ts';
import type { Sharing } from '../engine/run-request.ts';
import type { Session } from '../engine/session.ts';
import { readProgram, takeSnapshot } from '../engine/take-snapshot.ts';
import { writeBesidePage } from './beside-page.ts';
import type { Built } from './built.ts';
import type { RepeatableOptions } from './choice-words.ts';
import { configurationOf } from './configuration.ts';
import { showPlan } from './dry-run.ts';
import { inSession } from './in-session.ts';
import { interruptible } from './interruptible.ts';
import { planFor } from './plan.ts';
import { printError } from './print.ts';
import { sharedStoreOf } from './remote.ts';
import { slurmOptionsOf } from './slurm-options.ts';
import { endsOf, stagesNamed } from './targets.ts';
import { viewFor } from './view.ts';

export interface RunCommandOptions extends RepeatableOptions {
  readonly force?: boolean;
  readonly jobs?: number;
  readonly dryRun?: boolean;
  readonly keepGoing?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** Targets whose stages may diverge. */
  readonly accept: readonly string[];
  /** Whether nothing runs: what can't be fetched from the shared store is skipped. */
  readonly fetchOnly?: boolean;
}

/** What a process that runs again has kept of its earlier runs. */
export interface Before extends Built {
  readonly kept: Kept;
  readonly earlier: EarlierResults;
  /** Is settled when the code of the stages has been read again. */
  readonly codeRead: Promise<void>;
  /** Ends the run, as Ctrl-C does. It comes with the next change. */
  readonly signal: AbortSignal;
}

/**
 * Brings the targets, or everything, up to date, or shows what that would do; returns the exit code.
 * @param before Of a process that runs again.
 */
export async function run(
  pipeline: Pipeline,
  targets: readonly string[] | undefined,
  options: RunCommandOptions,
  before?: Before,
): Promise<number> {
  const slurm = await slurmOptionsOf(options);
  const { graph, placeFolder, digest } = before?.configuration ?? (await configurationOf(pipeline, options));
  const chosen = targets === undefined ? new Set(graph.values()) : stagesNamed(graph, targets);
  const needed = targets === undefined ? graph : withUpstream(graph, chosen);
  const forced = options.force ? chosen : new Set<Stage>();
  const accepted = stagesNamed(graph, options.accept);
  const wanted = () => (targets === undefined ? endsOf(graph) : chosen);
  if (options.dryRun) {
    const plan = await planFor(openCheckout(pipeline, placeFolder), needed, options, { forced, accepted });
    showPlan(plan, wanted(), options);
    return 0;
  }

  const view = await viewFor(options);
  const work = async (session: Session, signal: AbortSignal) => {
    const lock = readLockAgain(session.checkout, before?.kept.lock);
    await before?.codeRead;
    const executor = await session.prepare(needed, options.jobs ?? availableParallelism(), slurm);
    const store = await sharedStoreOf(options, lock, view.show, signal);
    const fetchOnly = options.fetchOnly ?? false;
    const sharing = store && { store, wanted: wanted(), fetchOnly };
    // A process that runs again has loaded its code too long ago for a snapshot.
    const mayTakeSnapshot =
      targets === undefined && before === undefined && (await readProgram(session.checkout, pipeline));
    const { summary, results } = await runGraph({
      session,
      graph: needed,
      ...(before === undefined ? {} : { earlier: before.earlier }),
      forced,
      accepted,
      lock,
      keepGoing: options.keepGoing ?? false,
      options: options.runOptions,
      executor,
      signal,
      ...(sharing === undefined ? {} : { sharing }),
    });
    before?.earlier.note(session.checkout.codes, results);
    const newLock = placeFolder === '' ? updateLock(session, graph, results, lock) : undefined;
    session.save();
    writeBesidePage(pipeline, graph, results, join(rootOf(pipeline), placeFolder));
    if (mayTakeSnapshot && results.size === graph.size) {
      takeSnapshot(session, { configuration: digest, graph, results, lock: newLock });
    }
    view.end(summary);
    const lacking = fetchOnly ? lackingOf(summary, sharing) : [];
    if (lacking.length > 0) printError(`not to be had: ${lacking.join(', ')}`);
    return summary.failed.length + lacking.length > 0 ? 1 : 0;
  };
  return interruptible(
    (signal) => inSession(pipeline, placeFolder, view.show, signal, (session) => work(session, signal), before?.kept),
    before?.signal,
  );
}

/** The stages whose outputs were wanted, and could not be fetched. */
function lackingOf({ skipped }: Summary, sharing: Sharing | undefined): string[] {
  const wanted = new Set([...(sharing?.wanted ?? [])].map(({ name }) => name));
  return skipped.filter((name) => wanted.has(name));
}
