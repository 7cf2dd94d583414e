import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatTable } from '../cli/format.ts';
import { measureColdRun } from './cold-run.ts';
import { measureNoOp } from './no-op.ts';
import { missingPeers } from './peers/step-peers.ts';
import { measureSteps, OURS, PRODUCTS, type StepCosts } from './step.ts';

/** Measures how fast the pipeline is; prints a table, and writes the same to bench/results.json. */

const stepBounds = [
  { name: 'diffusion, small', by: 'JAX', bound: '0.85' },
  { name: 'classifier, small', by: 'JAX', bound: '1.2' },
  { name: 'diffusion, big', by: PRODUCTS, bound: '1.06' },
  { name: 'classifier, big', by: PRODUCTS, bound: '1.06' },
];

const folder = join(tmpdir(), `bench-${process.pid}`);
await mkdir(folder);
try {
  const steps = await measureSteps();
  const cold = await measureColdRun(join(folder, 'checkout'));
  const noOp = await measureNoOp(join(folder, 'checkout'));
  const rows = [
    ['measure', 'value', 'bound'],
    ...stepBounds.flatMap(({ name, by, bound }) => {
      const ratio = ratioTo(by, steps, name);
      return ratio === undefined ? [] : [[`step over that of ${by}, ${name}`, ratio.toFixed(2), bound]];
    }),
    ['no-op all over npx tsx of an empty file, ms', noOp.overMs.toFixed(0), '150'],
    ['cold, the figures of the paper and convergence, s', cold.paperSeconds.toFixed(1), '60'],
    ['cold all, s', cold.seconds.toFixed(1), '300'],
    ['cold, workers idle, %', (100 * cold.idle).toFixed(1), '5'],
    ['most memory of a worker, MB', (cold.peakBytes / 1e6).toFixed(0), '300'],
    ...cold.kinds.map(({ kind, stages, seconds }) => [`  ${stages} x ${kind}, s in all`, seconds.toFixed(1), '']),
  ];
  const head = ['CPU µs a training step', ...steps[0].costs.map(({ by }) => by)];
  const stepRows = steps.map(({ name, costs }) => [
    name,
    ...costs.map(({ microseconds }) => microseconds.toFixed(microseconds < 100 ? 1 : 0)),
  ]);
  for (const line of formatTable([head, ...stepRows])) console.log(line);
  if (missingPeers.length > 0) console.log(`skipped: ${missingPeers.join('; ')}. bench/peers/install.sh installs them`);
  for (const line of formatTable(rows)) console.log(line);
  await writeFile(join(import.meta.dirname, 'results.json'), `${JSON.stringify({ steps, noOp, cold }, null, 2)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** What a step of ours costs, as a multiple of another's; undefined if that was not measured. */
function ratioTo(other: string, steps: readonly StepCosts[], name: string): number | undefined {
  const costs = steps.find((step) => step.name === name)?.costs;
  const [ours, others] = [OURS, other].map((by) => costs?.find((cost) => cost.by === by)?.microseconds);
  return ours === undefined || others === undefined ? undefined : ours / others;
}
