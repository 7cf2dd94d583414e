import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect } from 'vitest';
import { openCheckout } from '../../engine/checkout.ts';
import { verifyStore } from '../../engine/verify.ts';
import { barePipeline } from '../support/bare-pipeline.ts';
import { type Project, test } from '../support/project.ts';
import { sampleOf } from '../support/sample.ts';
import { type Call, callSchema, Disk } from './disk.ts';
import { type Scene, scenes } from './kills.ts';
import { seeded } from './seeded.ts';

const recorder = join(import.meta.dirname, 'record-calls.mjs');
const folders = ['artifacts', 'figures'];
const CUTS = 60;
/** So many of the cuts are also followed by a run. */
const RUNS = 2;

type Contents = ReadonlyMap<string, Buffer | 'folder'>;

/** All that is in the folders of a project that stages write to. */
function contentsOf(project: Project): Contents {
  const names = folders
    .filter((folder) => project.has(folder))
    .flatMap((folder) => [
      folder,
      ...readdirSync(project.path(folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    ]);
  const paths = names.map((name) => project.path(name));
  return new Map(paths.map((path) => [path, statSync(path).isDirectory() ? 'folder' : readFileSync(path)]));
}

/** What a command does to files, and what it says meanwhile. */
async function record(project: Project, { args }: Scene): Promise<Call[]> {
  const environment = { NODE_OPTIONS: `--import ${recorder}`, CALL_RECORD: project.path('calls') };
  const { exitCode, stderr } = await project.start(args, environment).outcome();
  expect(exitCode, stderr).toBe(0);
  const lines = project.read('calls').split('\n').slice(0, -1);
  return lines.map((line) => v.parse(callSchema, JSON.parse(line)));
}

/** Leaves a project as a power cut does, after some calls. */
function cutPower(project: Project, start: Contents, calls: readonly Call[], random: (bound: number) => number): void {
  const disk = new Disk(project.root);
  for (const [path, node] of start) disk.place(path, node);
  for (const call of calls) disk.apply(call);
  for (const folder of folders) if (project.has(folder)) project.delete(folder);
  disk.cut(random);
}

/** The stages that were said to have run. */
function reported(calls: readonly Call[]): string[] {
  const said = calls.flatMap((call) => (call[0] === 'say' ? [call[1]] : [])).join('');
  return [...said.matchAll(/"event":"stage-ran","stage":"([^"]*)"/g)].map(([, stage = '']) => stage);
}

const recorded = (project: Project) =>
  new Set(
    openCheckout(barePipeline(project.root), '')
      .ledger.results()
      .map(({ stage }) => stage),
  );

for (const name of sampleOf(['first run, parallel', 'first run', 'garbage'] as const, 3)) {
  const scene = `power cut, ${name}`;
  test.concurrent(`${scene}: all that was reported is recorded, and all that is recorded is whole`, async ({
    project,
  }) => {
    await project.all();
    const lock = project.read('artifacts/lock.json');
    await scenes[name].prepare(project);
    const start = contentsOf(project);
    const before = recorded(project);
    const calls = await record(project, scenes[name]);
    const random = seeded(name.length);
    for (let cut = 0; cut < CUTS; cut++) {
      const done = calls.slice(0, random(calls.length + 1));
      cutPower(project, start, done, random);
      const found = verifyStore(openCheckout(barePipeline(project.root), ''));
      const hint = `cut ${cut}, after call ${done.length} of ${calls.length}`;
      expect(found.flaws, hint).toEqual([]);
      const expected = [...before, ...reported(done)];
      const kept = recorded(project);
      expect(
        expected.filter((stage) => !kept.has(stage)),
        hint,
      ).toEqual([]);
      if (cut % (CUTS / RUNS) >= 1) continue;
      const { exitCode, ran } = await project.all();
      expect({ exitCode, again: ran.filter((stage) => kept.has(stage)) }, hint).toEqual({ exitCode: 0, again: [] });
      expect(project.read('artifacts/lock.json'), hint).toBe(lock);
      expect((await project.run('verify')).exitCode, hint).toBe(0);
    }
  });
}
