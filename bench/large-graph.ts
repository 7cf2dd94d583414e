import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { formatTable } from '../cli/format.ts';
import { modulesOf } from '../engine/code.ts';
import type { Executor } from '../engine/executor.ts';
import { GraphBuilder } from '../engine/graph-builder.ts';
import { updateLock } from '../engine/lock-file.ts';
import { runGraph } from '../engine/run.ts';
import { Session } from '../engine/session.ts';
import { barePipeline } from '../test/support/bare-pipeline.ts';
import { median } from './median.ts';

/**
 * Measures what a large graph costs beside its work: when all run, when there is nothing to do, and when one leaf has changed.
 * The argument is the number of stages, in hundreds.
 */

const columns = Number(process.argv[2] ?? 100);
const REPETITIONS = columns > 100 ? 1 : 5;
/** Of 10 000 stages, and of 100 000. */
const BOUND = columns > 100 ? { seconds: 5, bytes: 1e9 } : { seconds: 1.5, bytes: 500e6 };

const checkout = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'bench-large-'));

/** Does in this process what takes ten thousand jobs otherwise. */
const executor: Executor = {
  slots: 1,
  room: 1,
  run: async ({ params, outputs }) => ({
    ok: true,
    outputs: Object.fromEntries(outputs.map((output) => [output, Buffer.from(JSON.stringify(params))])),
    seconds: 0,
    machine: 'none',
    peakBytes: 0,
    log: new Uint8Array(),
  }),
  forget: () => {},
  close: async () => {},
};

/** Makes a checkout in which every stage is up to date; returns how many there are, and how long the run took. */
async function fill(): Promise<{ readonly stages: number; readonly seconds: number }> {
  for (const name of ['engine', 'cli', 'package.json', 'package-lock.json']) {
    cpSync(join(checkout, name), join(folder, name), { recursive: true });
  }
  for (const name of ['pipeline.ts', 'graph.ts', 'sum.ts']) {
    const text = readFileSync(join(checkout, 'bench/large', name), 'utf8');
    writeFileSync(join(folder, name), text.replaceAll("'../../", "'./").replace('columns: 100', `columns: ${columns}`));
  }
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'));
  const large: typeof import('./large/graph.ts') = await import(pathToFileURL(join(folder, 'graph.ts')).href);
  const builder = new GraphBuilder();
  large.addStages(builder, { source: 0, leaf: 1 }, columns);
  const { signal } = new AbortController();
  const opened = { pipeline: barePipeline(folder), placeFolder: '', owner: 'bench', emit: () => {}, signal };
  return Session.during(opened, async (session) => {
    const { graph } = builder;
    const { codes } = session.checkout;
    await codes.read(graph);
    await codes.bundles.write(modulesOf(graph), () => {});
    const choices = { lock: undefined, forced: new Set<never>(), accepted: new Set<never>(), keepGoing: false };
    const { results, summary } = await runGraph({ session, graph, ...choices, options: {}, executor, signal });
    updateLock(session, graph, results, undefined);
    session.save();
    return { stages: results.size, seconds: summary.seconds };
  });
}

const reportMemory = `data:text/javascript,process.on('exit', () => process.stderr.write('' + process.resourceUsage().maxRSS))`;

interface Cost {
  readonly command: string;
  readonly seconds: number;
  readonly bytes: number;
}

async function measure(...args: readonly string[]): Promise<Cost & { readonly stdout: string }> {
  const start = performance.now();
  const command = ['--import', 'tsx', '--import', reportMemory, 'pipeline.ts', ...args];
  const { stdout, stderr } = await execa(process.execPath, command, { cwd: folder });
  const seconds = (performance.now() - start) / 1000;
  return { command: args.join(' '), seconds, bytes: 1024 * Number(stderr), stdout };
}

async function medianCost(...args: readonly string[]): Promise<Cost> {
  const costs: Cost[] = [];
  for (let k = 0; k < REPETITIONS; k++) costs.push(await measure(...args));
  const seconds = median(costs.map((cost) => cost.seconds));
  return { command: args.join(' '), seconds, bytes: Math.max(...costs.map((cost) => cost.bytes)) };
}

try {
  const { stages, seconds: coldSeconds } = await fill();
  const msAStage = (1000 * coldSeconds) / stages;
  // The first run after the rest remembers the digests of what was written a moment before.
  await measure('all');
  const costs = [
    await medianCost('all'),
    await medianCost('status'),
    await medianCost('why', 'layer=99/column=0'),
    await medianCost('status', '--set', 'source=1'),
  ];
  const pipeline = join(folder, 'pipeline.ts');
  writeFileSync(pipeline, readFileSync(pipeline, 'utf8').replace('leaf: 1', 'leaf: 2'));
  const changed = await measure('all', '--json');
  const { ran }: { ran: string[] } = JSON.parse(changed.stdout.split('\n').at(-1) ?? '');

  const rows = [...costs, { ...changed, command: `all, with one leaf changed: ${ran.length} ran` }].map(
    ({ command, seconds, bytes }) => [command, seconds.toFixed(2), (bytes / 1e6).toFixed(0)],
  );
  console.log(`cold, in one process: ${msAStage.toFixed(2)} ms a stage`);
  const bound = ['bound', `${BOUND.seconds}`, `${BOUND.bytes / 1e6}`];
  for (const line of formatTable([[`${stages} stages`, 's', 'MB'], ...rows, bound])) console.log(line);
  writeFileSync(
    join(import.meta.dirname, 'large-graph.json'),
    `${JSON.stringify({ stages, msAStage, costs, ran: ran.length }, null, 2)}\n`,
  );
  const within = costs.every(({ seconds, bytes }) => seconds <= BOUND.seconds && bytes <= BOUND.bytes);
  if (!within || ran.length !== 1) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
