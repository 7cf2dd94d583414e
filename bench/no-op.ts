import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { median } from './median.ts';

const REPETITIONS = 25;

/**
 * What `all` costs when there is nothing to do, beside `npx tsx` of an empty file, as medians of interleaved repetitions:
 * `overMs` is that of their differences, so that a machine that slows down in between does not count.
 */
export interface NoOp {
  readonly noOpMs: number;
  readonly emptyMs: number;
  readonly overMs: number;
}

/** Measures a no-op `all` in a checkout that is up to date. */
export async function measureNoOp(checkout: string): Promise<NoOp> {
  await writeFile(join(checkout, 'empty.ts'), '');
  const noOps: number[] = [];
  const empties: number[] = [];
  for (let k = 0; k < REPETITIONS; k++) {
    noOps.push(await milliseconds(['pipeline.ts', 'all', '--quiet'], checkout));
    empties.push(await milliseconds(['empty.ts'], checkout));
  }
  const over = noOps.map((noOp, k) => noOp - empties[k]);
  return { noOpMs: median(noOps), emptyMs: median(empties), overMs: median(over) };
}

async function milliseconds(args: readonly string[], cwd: string): Promise<number> {
  const start = performance.now();
  await execa('npx', ['tsx', ...args], { cwd });
  return performance.now() - start;
}
