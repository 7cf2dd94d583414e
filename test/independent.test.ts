import { existsSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { newFolder } from './support/folder.ts';

const root = join(import.meta.dirname, '..');
const python = process.env.PYTHON ?? 'python3';
const NOTHING_TO_CHECK = 2;

/** Runs the check, which has nothing in common with the pipeline but the definitions. */
function check(artifacts: string) {
  const command = [join(import.meta.dirname, 'independent/check.py'), artifacts];
  return execa(python, command, { reject: false, env: { OMP_NUM_THREADS: '1' } });
}

/** Why the check cannot run here; undefined if it can. */
async function obstacle(): Promise<string | undefined> {
  const { failed } = await execa(python, ['-c', 'import numpy'], { reject: false });
  if (failed) return `${python} with numpy is not here: name one that is in the environment variable PYTHON`;
  if (!existsSync(join(root, 'artifacts/alignments'))) return 'there are no artifacts: run `npx tsx pipeline.ts all`';
  return undefined;
}

const reason = await obstacle();

describe('an independent check with NumPy', () => {
  test('agrees with losses, accuracies and alignments of the landed trainings', async (context) => {
    if (reason !== undefined) context.skip(reason);
    const { exitCode, stdout, stderr } = await check(join(root, 'artifacts'));
    if (exitCode === NOTHING_TO_CHECK) context.skip('none of the trainings that it checks has landed');
    expect(stdout.split('\n').filter((line) => !line.startsWith('ok'))).toEqual([
      expect.stringMatching(/^[1-9]\d* trainings checked, 0 checks failed$/),
    ]);
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test('disagrees with a loss that is wrong by three percent', async (context) => {
    if (reason !== undefined) context.skip(reason);
    const training = 'synthetic/nsnr2=0.75/seed=1';
    const folders = [
      'synthetic-data/nsnr2=0.75/seed=1',
      `train-diffusion/${training}`,
      `alignments/diffusion/${training}`,
    ];
    if (!folders.every((folder) => existsSync(join(root, 'artifacts', folder)))) {
      context.skip(`${training} has not landed`);
    }
    const artifacts = newFolder();
    for (const folder of folders)
      await cp(join(root, 'artifacts', folder), join(artifacts, folder), { recursive: true });
    const table = join(artifacts, `alignments/diffusion/${training}/table.csv`);
    const lines = (await readFile(table, 'utf8')).trimEnd().split('\n');
    const column = lines[0].split(',').indexOf('loss');
    const last = lines[lines.length - 1].split(',');
    last[column] = String(1.03 * Number(last[column]));
    await writeFile(join(artifacts, 'changed.csv'), [...lines.slice(0, -1), last.join(',')].join('\n'));
    await cp(join(artifacts, 'changed.csv'), table, { force: true });
    const { exitCode, stdout } = await check(artifacts);
    expect(stdout).toMatch(/^FAIL .* train loss less d, sampled/m);
    expect(stdout).toMatch(/^1 trainings checked, 1 checks failed$/m);
    expect(exitCode).toBe(1);
  });
});
