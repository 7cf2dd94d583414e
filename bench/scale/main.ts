import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mean } from 'd3-array';
import { execa } from 'execa';
import * as v from 'valibot';
import { formatBytes, formatSeconds, formatTable } from '../../cli/format.ts';
import { openCheckout } from '../../engine/checkout.ts';
import { barePipeline } from '../../test/support/bare-pipeline.ts';
import { type Cluster, simulate, type Work } from './cluster.ts';
import { measureFileSystem } from './file-system.ts';

/**
 * Tells how far it goes: plans of up to a million stages in memory, and sweeps of up to a million settings on a thousand nodes,
 * simulated with what the stages of this checkout took, and with the speed of a file system. The argument is a folder of that.
 */

const SETTINGS = [10_000, 100_000, 1_000_000];
/** How much faster the shared file system is, in all, than one process finds it. */
const FASTER = [1, 10, 100];
/** Counted with strace, of a thousand more stages: looks, folders, files opened, synced and renamed, links. */
const OPERATIONS = { onNode: 18, toRecord: 34 };
/** By bench:large. */
const SECONDS_TO_RECORD = 0.00035;

const root = join(import.meta.dirname, '../..');

const planSchema = v.object({
  stages: v.number(),
  buildSeconds: v.number(),
  planSeconds: v.number(),
  bytes: v.number(),
});

async function measurePlan(columns: number) {
  const script = join(import.meta.dirname, 'plan.ts');
  const flags = ['--max-old-space-size=8192', '--import', 'tsx'];
  const { stdout } = await execa(process.execPath, [...flags, script, String(columns)]);
  const { stages, buildSeconds, planSeconds, bytes } = v.parse(planSchema, JSON.parse(stdout));
  return [stages.toLocaleString('en'), buildSeconds.toFixed(2), planSeconds.toFixed(2), formatBytes(bytes)];
}

/** The works of a setting: data, training and measures, as the stages of this checkout took them in the mean. */
function worksHere(): Work[] {
  const { ledger, store } = openCheckout(barePipeline(root), '');
  const results = ledger.results();
  const sizeOf = (digest: string) => statSync(store.pathOf(digest), { throwIfNoEntry: false })?.size ?? 0;
  const sum = (digests: readonly string[]) => digests.reduce((bytes, digest) => bytes + sizeOf(digest), 0);
  return ['synthetic-data', 'train-diffusion', 'alignments'].map((kind) => {
    const made = results.filter((result) => result.kind === kind);
    if (made.length === 0) throw new Error(`no stage of the kind ${kind} is recorded here: run all`);
    return {
      seconds: mean(made, ({ seconds }) => seconds) ?? 0,
      readBytes: mean(made, ({ inputs }) => sum(Object.values(inputs).flatMap((wired) => Object.values(wired)))) ?? 0,
      writtenBytes: mean(made, ({ outputs }) => sum(Object.values(outputs))) ?? 0,
    };
  });
}

const works = worksHere();
const speed = measureFileSystem(process.argv[2] ?? tmpdir());
const cluster: Cluster = {
  nodes: 1000,
  cores: 2,
  startsASecond: 100,
  ...speed,
  operationsOnNode: OPERATIONS.onNode,
  operationsToRecord: OPERATIONS.toRecord,
  secondsToRecord: SECONDS_TO_RECORD,
  elementSeconds: 60,
};

const plans = [await measurePlan(100), await measurePlan(1000), await measurePlan(10_000)];
show([['stages', 'build s', 'plan s', 'memory'], ...plans]);

const described = works.map(
  ({ seconds, readBytes, writtenBytes }) =>
    `${seconds.toFixed(3)} s, reads ${formatBytes(readBytes)}, writes ${formatBytes(writtenBytes)}`,
);
console.log(`\na setting: ${described.join('; ')}`);
console.log(
  `a process here: ${speed.operationsASecond.toFixed(0)} operations, ${formatBytes(speed.bytesASecond)} a second\n`,
);
const sweeps = SETTINGS.flatMap((settings) =>
  FASTER.map((factor) => {
    const { operationsASecond, bytesASecond } = speed;
    const faster = { operationsASecond: factor * operationsASecond, bytesASecond: factor * bytesASecond };
    const { seconds, elements, operations, bytes, busy } = simulate(settings, works, { ...cluster, ...faster });
    const shares = [busy.nodes, busy.fileSystem, busy.frontEnd].map((share) => `${(100 * share).toFixed(0)} %`);
    const counts = [elements, operations].map((count) => count.toLocaleString('en'));
    return [
      settings.toLocaleString('en'),
      `${factor} x`,
      formatSeconds(seconds),
      ...shares,
      ...counts,
      formatBytes(bytes),
    ];
  }),
);
const head = [
  'settings',
  'file system',
  'time',
  'nodes',
  'file system',
  'front end',
  'elements',
  'operations',
  'bytes',
];
show([head, ...sweeps]);

function show(rows: readonly (readonly string[])[]): void {
  for (const line of formatTable(rows)) console.log(line);
}
