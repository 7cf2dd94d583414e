import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatTable } from '../cli/format.ts';
import { measureColdRun } from './cold-run.ts';
import { measureNoOp } from './no-op.ts';
import { measureSteps } from './step.ts';

/** Measures how fast the pipeline is; prints a table, and writes the same to bench/results.json. */

const folder = join(tmpdir(), `bench-${process.pid}`);
await mkdir(folder);
try {
  const steps = await measureSteps();
  const cold = await measureColdRun(join(folder, 'checkout'));
  const noOp = await measureNoOp(join(folder, 'checkout'));
  const rows = [
    ['measure', 'value', 'bound'],
    ...steps.map(({ name, ratio }) => [`training step over its matrix products, ${name}`, ratio.toFixed(2), '2']),
    ['no-op all over npx tsx of an empty file, ms', noOp.overMs.toFixed(0), '150'],
    ['cold, the figures of the paper and convergence, s', cold.paperSeconds.toFixed(1), '60'],
    ['cold all, s', cold.seconds.toFixed(1), '300'],
    ['most memory of a worker, MB', (cold.peakBytes / 1e6).toFixed(0), '1000'],
    ...cold.kinds.map(({ kind, stages, seconds }) => [`  ${stages} x ${kind}, s in all`, seconds.toFixed(1), '']),
  ];
  for (const line of formatTable(rows)) console.log(line);
  await writeFile(join(import.meta.dirname, 'results.json'), `${JSON.stringify({ steps, noOp, cold }, null, 2)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
