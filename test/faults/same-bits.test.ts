import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';

const checkout = join(import.meta.dirname, '../..');

/** Changes that make the pipeline small: few settings, seeds and iterations. */
const smaller: readonly [from: RegExp, to: string][] = [
  [/nsnr2: \[[^\]]*\],/, 'nsnr2: [0.75, 6.75],'],
  [/seeds: \[1, 2, 3, 4[^\]]*\],/, 'seeds: [1, 2],'],
  [/maxIterations: 40_000/, 'maxIterations: 4000'],
  [/maxIterations: 2000\b/, 'maxIterations: 1000'],
];

/** A copy of the real pipeline, made small, in a new folder. */
function smallCheckout(name: string): string {
  const folder = join(realpathSync(mkdtempSync(join(tmpdir(), 'same-bits-'))), name);
  onTestFinished(() => rmSync(join(folder, '..'), { recursive: true, force: true }));
  for (const part of [
    'engine',
    'cli',
    'stages',
    'science',
    'pipeline',
    'pipeline.ts',
    'package.json',
    'package-lock.json',
  ]) {
    cpSync(join(checkout, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'));
  let pipeline = readFileSync(join(folder, 'pipeline.ts'), 'utf8');
  for (const [from, to] of smaller) {
    expect(pipeline).toMatch(from);
    pipeline = pipeline.replace(from, to);
  }
  writeFileSync(join(folder, 'pipeline.ts'), pipeline);
  return folder;
}

/** Builds one figure with all that it is built from; returns the bytes of the lock and of what is published. */
async function build(
  folder: string,
  jobs: string,
  wrapper: readonly string[],
  env: Record<string, string>,
): Promise<string[]> {
  const [command = '', ...args] = [
    ...wrapper,
    process.execPath,
    '--import',
    'tsx',
    'pipeline.ts',
    'run',
    'figure-1',
    jobs,
  ];
  await execa(command, args, { cwd: folder, env });
  const files = ['artifacts/lock.json', 'figures/figure-1.svg', 'figures/figure-1.png', 'figures/figure-1.vl.json'];
  return files.map((file) => readFileSync(join(folder, file), 'latin1'));
}

async function mayRename(): Promise<boolean> {
  return (await execa('unshare', ['--uts', 'true'], { reject: false })).exitCode === 0;
}

test('whatever the path, the time zone, the locale, the home, the host and the number of workers: the same bytes', async () => {
  const plain = await build(smallCheckout('here'), '--jobs=1', [], {});
  const elsewhere = smallCheckout('Ein anderer Ort, größer');
  const elsewise = { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', HOME: elsewhere };
  const otherHost = (await mayRename())
    ? ['unshare', '--uts', 'sh', '-c', 'hostname elsewhere && exec "$@"', 'sh']
    : [];
  expect(await build(elsewhere, '--jobs=4', otherHost, elsewise)).toEqual(plain);
});
