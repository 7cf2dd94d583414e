import { on } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { type Checkout, type Kept, openCheckout, readAgain } from '../engine/checkout.ts';
import { modulesOf } from '../engine/code.ts';
import { EarlierResults } from '../engine/earlier-results.ts';
import { UserError } from '../engine/errors.ts';
import type { Stage } from '../engine/graph.ts';
import { type GraphChange, GraphCode } from '../engine/graph-code.ts';
import type { LedgerResult } from '../engine/ledger-entry.ts';
import { readLockAgain } from '../engine/lock-file.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import { type Plan, planOf } from '../engine/plan.ts';
import { modulesToRun } from '../engine/session.ts';
import { all } from './all.ts';
import { type Built, builtAgain } from './built.ts';
import { type Configuration, configurationOf } from './configuration.ts';
import { INTERRUPTED, interruptible } from './interruptible.ts';
import { loadAgain } from './load-again.ts';
import { print, printError } from './print.ts';
import { type RunCommandOptions, run } from './run.ts';

/** The exit code of a process whose graph is no longer what a new process would build. */
export const OUTDATED = 75;

/** What imports all that this process runs itself. */
const MAIN = new URL('./main.ts', import.meta.url).href;

/** Within this time the process ends, whatever is still at work. */
const LONGEST_END_MS = 1000;

const WAITING = 'waiting for changes';

/**
 * Brings everything up to date, and again at each message of the process that watches (watch.ts), which names the files
 * that have changed. A message ends the run that is at work. Between runs this process keeps the graph, and what was
 * read of the checkout.
 * @returns the exit code: `OUTDATED` when code has changed that can decide the graph.
 */
export function standBy(pipeline: Pipeline, options: RunCommandOptions): Promise<number> {
  return interruptible(async (signal) => {
    try {
      return await runAgain(pipeline, options, signal);
    } finally {
      if (process.connected) process.disconnect();
      // Modules that were loaded again may leave something at work.
      setTimeout(() => process.exit(), LONGEST_END_MS).unref();
    }
  });
}

/** What people are told beside the events: not amid JSON. */
export function sayerFor({ json }: { readonly json?: boolean }): (line: string) => void {
  return json ? printError : print;
}

async function runAgain(pipeline: Pipeline, options: RunCommandOptions, signal: AbortSignal): Promise<number> {
  if ((await all(pipeline, options)) === INTERRUPTED) return INTERRUPTED;
  const say = sayerFor(options);
  const configuration = await practise(pipeline, options);
  const kept: Kept = {};
  const checkout = openCheckout(pipeline, configuration.placeFolder, undefined, kept);
  await checkout.codes.read(configuration.graph);
  const kinds = modulesOf(configuration.graph).map(({ url }) => url);
  const code = await GraphCode.read(checkout, pipeline, [MAIN, ...kinds]);
  let built: Built | undefined = { pipeline, configuration };
  const modules = modulesToRun(configuration.graph);
  // What was read of packages before may be older than what the code knows of them.
  await readAgain(kept, modules);
  const earlier = new EarlierResults();
  earlier.note(checkout.codes, freshIn(planOf(checkout, configuration.graph, new Set())));
  await lookAhead(checkout, kept, code);

  // The process that watches may be gone. Then there is no change to wait for, either.
  if (signal.aborted || !process.connected) return INTERRUPTED;
  const changes = on(process, 'message', { signal, close: ['disconnect'] });
  let next = nextOf(changes);
  let codeRead = Promise.resolve();
  process.send?.('it stands by', undefined, undefined, () => {});
  // Said here, since another process would write amid what this one is still writing.
  say(WAITING);
  for (let changed = await next; changed !== undefined; changed = await next) {
    const interruption = new AbortController();
    next = nextOf(changes);
    void next.then(() => interruption.abort());
    if (!code.arePackagesAsRead()) return OUTDATED;
    // Goes on beside all that comes before the first stage. If it fails, the run tells why.
    codeRead = Promise.allSettled([codeRead]).then(() => readAgain(kept, modules, code.packages));
    codeRead.catch(() => {});
    // So does this, since it waits for other threads most of the time.
    const changedModules = code.toLoadAgain(changed);
    const loading = changedModules && loadAgain(pipeline, changedModules);
    const change = await changeBy(code, changed);
    if (change === 'other') return OUTDATED;
    let loaded = await loading;
    if (changedModules !== undefined && loaded === undefined) return OUTDATED;
    if (change !== 'none') {
      if (!isDeepStrictEqual(change.modules, changedModules)) loaded = await loadAgain(pipeline, change.modules);
      built = loaded && (await builtAgain(built, loaded, code, options));
    }
    if (built === undefined) return OUTDATED;
    say(`changed: ${changed.join(', ')}`);
    if (interruption.signal.aborted) continue;
    await run(built.pipeline, undefined, options, { ...built, kept, earlier, codeRead, signal: interruption.signal });
    if (interruption.signal.aborted) continue;
    say(WAITING);
    await lookAhead(checkout, kept, code);
  }
  return INTERRUPTED;
}

/** Loads the module and builds the graph as after a change: the first times of a process take longer than others. */
async function practise(pipeline: Pipeline, options: RunCommandOptions): Promise<Configuration> {
  await loadAgain(pipeline, [fileURLToPath(pipeline.module)]);
  let configuration = await configurationOf(pipeline, options);
  for (let round = 0; round < 3; round++) configuration = await configurationOf(pipeline, options, configuration.graph);
  return configuration;
}

/** The results of the stages that a plan finds fresh. */
function freshIn(plan: Plan): Map<Stage, LedgerResult> {
  return new Map([...plan].flatMap(([stage, found]) => (found.state === 'fresh' ? [[stage, found.result]] : [])));
}

/** Does what the next run needs while nobody waits. If the lock or code is damaged, that run tells. */
async function lookAhead(checkout: Checkout, kept: Kept, code: GraphCode): Promise<void> {
  try {
    kept.lock = readLockAgain(checkout, kept.lock);
    await code.settle();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}

/** The paths of the next message of the process that watches; undefined if there is none to come. */
async function nextOf(changes: AsyncIterator<unknown[]>): Promise<readonly string[] | undefined> {
  try {
    const { value } = await changes.next();
    return value === undefined ? undefined : v.parse(v.array(v.string()), value[0]);
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return undefined;
    throw error;
  }
}

/** What has become of the graph. If code can't be bundled, a new process is to tell so. */
async function changeBy(code: GraphCode, changed: readonly string[]): Promise<GraphChange> {
  try {
    return await code.changeBy(changed);
  } catch (error) {
    if (error instanceof UserError) return 'other';
    throw error;
  }
}
