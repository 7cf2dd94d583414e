import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Event } from '../engine/events.ts';

const root = join(import.meta.dirname, '..');

const paper = ['figure-1', 'figure-2', 'figure-3', 'figure-4', 'figure-5', 'convergence'];

/** A run from nothing: how long it took, and where the time went. */
export interface ColdRun {
  /** Of the paper's own figures, with the convergence table. */
  readonly paperSeconds: number;
  /** Of everything. */
  readonly seconds: number;
  /** The share of the time that workers had no stage, from the start of the run, of the paper's own figures. */
  readonly idle: number;
  /** The most memory that any worker held. */
  readonly peakBytes: number;
  /** The time of the stages of each kind, the longest first; the workers run side by side. */
  readonly kinds: readonly { readonly kind: string; readonly stages: number; readonly seconds: number }[];
}

/** Runs first the paper's own figures, then the rest, in a copy of the checkout that has nothing but its code and packages. */
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
  const ofPaper = await timed(checkout, 'run', ...paper);
  const ofRest = await timed(checkout, 'all');
  const kinds = new Map<string, { stages: number; seconds: number }>();
  let peakBytes = 0;
  for (const line of [...ofPaper.lines, ...ofRest.lines]) {
    const event = JSON.parse(line);
    if (event.event !== 'stage-ran') continue;
    const kind = event.stage.replace(/\/.*/, '');
    const total = kinds.get(kind) ?? { stages: 0, seconds: 0 };
    kinds.set(kind, { stages: total.stages + 1, seconds: total.seconds + event.seconds });
    peakBytes = Math.max(peakBytes, event.peakBytes);
  }
  const sorted = [...kinds].sort(([, a], [, b]) => b.seconds - a.seconds);
  return {
    paperSeconds: ofPaper.seconds,
    seconds: ofPaper.seconds + ofRest.seconds,
    idle: idleShareOf(ofPaper.lines),
    peakBytes,
    kinds: sorted.map(([kind, total]) => ({ kind, ...total })),
  };
}

async function timed(checkout: string, ...args: readonly string[]): Promise<{ seconds: number; lines: string[] }> {
  const start = performance.now();
  const { stdout } = await execa('npx', ['tsx', 'pipeline.ts', ...args, '--json'], { cwd: checkout });
  return { seconds: (performance.now() - start) / 1000, lines: stdout.split('\n') };
}

function idleShareOf(lines: readonly string[]): number {
  const events: Event[] = lines.map((line) => JSON.parse(line));
  let busy = 0;
  let available = 0;
  let workers = 0;
  for (const event of events) {
    if (event.event === 'started') workers = event.workers;
    if (event.event === 'stage-ran') busy += event.seconds;
    if (event.event === 'summary') available = workers * event.seconds;
  }
  return 1 - busy / available;
}
