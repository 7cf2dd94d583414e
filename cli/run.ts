import { availableParallelism } from 'node:os';
import { Checkout } from '../engine/checkout.ts';
import { UserError } from '../engine/errors.ts';
import type { Event } from '../engine/events.ts';
import { type Graph, type Stage, withUpstream } from '../engine/graph.ts';
import type { RunOptions } from '../engine/kind.ts';
import { LocalExecutor } from '../engine/local-executor.ts';
import { updateLock } from '../engine/lock-file.ts';
import { type Pipeline, rootOf } from '../engine/pipeline.ts';
import { planOf } from '../engine/plan.ts';
import { type RunOutcome, runGraph } from '../engine/run.ts';
import { takeSnapshot } from '../engine/take-snapshot.ts';
import type { ChoiceOptions } from './choice.ts';
import { configurationOf } from './configuration.ts';
import { describeReasons } from './describe-reason.ts';
import { interruptible } from './interruptible.ts';
import { print } from './print.ts';
import { stagesNamed } from './targets.ts';
import { viewFor } from './view.ts';
import { withLock } from './with-lock.ts';

export interface RunCommandOptions extends ChoiceOptions {
  readonly force?: boolean;
  readonly jobs?: number;
  readonly dryRun?: boolean;
  readonly keepGoing?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** The pipeline's own options. */
  readonly runOptions: RunOptions;
}

/** Brings the targets, or everything, up to date; returns the exit code. */
export async function run(
  pipeline: Pipeline,
  targets: readonly string[] | undefined,
  options: RunCommandOptions,
): Promise<number> {
  const { graph, placeFolder, digest } = await configurationOf(pipeline, options);
  const chosen = targets === undefined ? new Set(graph.values()) : stagesNamed(graph, targets);
  const needed = withUpstream(graph, chosen);
  const forced = options.force ? chosen : new Set<Stage>();
  if (options.dryRun) return dryRun(new Checkout(rootOf(pipeline), placeFolder), needed, forced, options.json ?? false);

  const view = await viewFor(options);
  return interruptible((signal) =>
    withLock(rootOf(pipeline), placeFolder, view.show, signal, async (checkout) => {
      const isWhole = targets === undefined && (await readsPipeline(checkout, pipeline));
      const { summary, results } = await runNeeded(checkout, needed, forced, options, view.show, signal);
      const lock = placeFolder === '' ? updateLock(checkout, graph, results) : undefined;
      checkout.close();
      if (isWhole && results.size === graph.size) {
        takeSnapshot(checkout, { configuration: digest, graph, results, lock });
      }
      view.end(summary);
      return summary.failed.length > 0 ? 1 : 0;
    }),
  );
}

/** Reads the code that makes the graph; says whether all of it could be followed. */
async function readsPipeline(checkout: Checkout, { module }: Pipeline): Promise<boolean> {
  try {
    await checkout.codeReader.codeOf(module);
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

async function runNeeded(
  checkout: Checkout,
  graph: Graph,
  forced: ReadonlySet<Stage>,
  options: RunCommandOptions,
  emit: (event: Event) => void,
  signal: AbortSignal,
): Promise<RunOutcome> {
  await checkout.readCode(graph);
  const executor = new LocalExecutor(options.jobs ?? availableParallelism());
  const keepGoing = options.keepGoing ?? false;
  return runGraph({ checkout, graph, forced, keepGoing, options: options.runOptions, executor, emit, signal });
}

async function dryRun(checkout: Checkout, graph: Graph, forced: ReadonlySet<Stage>, json: boolean): Promise<number> {
  await checkout.readCode(graph);
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
