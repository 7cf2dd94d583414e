import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { median } from './median.ts';

const REPETITIONS = 9;

/** What `all` costs when there is nothing to do, beside `npx tsx` of an empty file: medians of interleaved repetitions. */
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
  const [noOpMs, emptyMs] = [median(noOps), median(empties)];
  return { noOpMs, emptyMs, overMs: noOpMs - emptyMs };
}

async function milliseconds(args: readonly string[], cwd: string): Promise<number> {
  const start = performance.now();
  await execa('npx', ['tsx', ...args], { cwd });
  return performance.now() - start;
}
