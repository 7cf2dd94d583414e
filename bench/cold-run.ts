import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

const root = join(import.meta.dirname, '..');

/** A run from nothing: how long it took, and where the time went. */
export interface ColdRun {
  readonly seconds: number;
  /** The most memory that any worker held. */
  readonly peakBytes: number;
  /** The time of the stages of each kind, the longest first; the workers run side by side. */
  readonly kinds: readonly { readonly kind: string; readonly stages: number; readonly seconds: number }[];
}

/** Runs `all` in a copy of the checkout that has nothing but its code and packages. */
export async function measureColdRun(checkout: string): Promise<ColdRun> {
  await mkdir(checkout);
  const entries = [
    'cli',
    'engine',
    'pipeline',
    'science',
    'stages',
    'package.json',
    'package-lock.json',
    'pipeline.ts',
  ];
  for (const entry of entries) await cp(join(root, entry), join(checkout, entry), { recursive: true });
  await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'));
  const start = performance.now();
  const { stdout } = await execa('npx', ['tsx', 'pipeline.ts', 'all', '--json'], { cwd: checkout });
  const seconds = (performance.now() - start) / 1000;
  const kinds = new Map<string, { stages: number; seconds: number }>();
  let peakBytes = 0;
  for (const line of stdout.split('\n')) {
    const event = JSON.parse(line);
    if (event.event !== 'stage-ran') continue;
    const kind = event.stage.replace(/\/.*/, '');
    const total = kinds.get(kind) ?? { stages: 0, seconds: 0 };
    kinds.set(kind, { stages: total.stages + 1, seconds: total.seconds + event.seconds });
    peakBytes = Math.max(peakBytes, event.peakBytes);
  }
  const sorted = [...kinds].sort(([, a], [, b]) => b.seconds - a.seconds);
  return { seconds, peakBytes, kinds: sorted.map(([kind, total]) => ({ kind, ...total })) };
}
