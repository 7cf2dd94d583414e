import { symlinkSync } from 'node:fs';
import { execa } from 'execa';
import { expect } from 'vitest';
import { test } from '../support/project.ts';
import { sampleOf } from '../support/sample.ts';

const everything = ['collect', 'publish', 'source', 'transform/a', 'transform/b', 'transform/c'];

test.concurrent('--set builds a variant below out/ or --out, and leaves figures and the lock alone', async ({
  project,
}) => {
  await project.all();
  const figure = project.read('figures/figure.txt');
  const lock = project.read('artifacts/lock.json');

  const variant = await project.all('--set', 'settings.a.snr=0.2', '--set', 'separator=+');
  expect(variant.ran).toEqual(['collect', 'publish', 'transform/a']);
  expect(variant.summary.restored.toSorted()).toEqual(['source', 'transform/b', 'transform/c']);
  expect(project.read('out/figures/figure.txt')).toBe('jgnnq+khoor+mjqqt (up to t)\n');
  expect(project.read('out/artifacts/source/text.txt')).toBe('hello');
  expect(project.has('out/artifacts/lock.json')).toBe(false);

  const elsewhere = await project.all('--set', 'separator=+', '--set', 'settings.a.snr=0.2', '--out', 'other/place');
  expect(elsewhere).toMatchObject({ exitCode: 0, ran: [] });
  expect(project.read('other/place/figures/figure.txt')).toBe(project.read('out/figures/figure.txt'));

  expect(project.read('figures/figure.txt')).toBe(figure);
  expect(project.read('artifacts/lock.json')).toBe(lock);
  expect(project.read('artifacts/collect/text.txt')).toBe('ifmmp-khoor-mjqqt');
  expect((await project.run('status')).stdout).toBe('6 fresh, 0 stale, 0 unknown');
  expect((await project.run('why', 'collect', '--set', 'settings.a.snr=0.2')).stdout).toContain('param `separator`');

  symlinkSync('/nowhere', project.path('unmounted'));
  const lost = await project.run('all', '--set', 'separator=+', '--out', 'unmounted');
  expect(lost.stdout).toMatch(/^source failed: \S+\/unmounted\S* the folder can't be made: /m);

  symlinkSync('.', project.path('link'));
  for (const out of ['.', 'other/..', 'link', 'artifacts/store/tmp', 'artifacts/store']) {
    const intruder = await project.run('all', '--set', 'separator=+', '--out', out);
    expect(intruder).toMatchObject({ exitCode: 2, ran: [] });
  }
  expect(project.read('figures/figure.txt')).toBe(figure);
  expect(project.read('artifacts/lock.json')).toBe(lock);
});

test.concurrent('a wrong command, option, param or target is told in one line, with exit code 2', async ({
  project,
}) => {
  const mistakes: [args: string[], message: string][] = [
    [['all', '--set', 'setings.a.snr=0.2'], "there is no param 'setings.a.snr': did you mean 'settings.a.snr'?"],
    [['all', '--set', 'settings.a.snr=1.5'], 'settings.a.snr'],
    [['all', '--set', 'settings.a.snr=high'], 'settings.a.snr'],
    [['all', '--set', 'separator'], "--set takes path=value, such as separator=…, not 'separator'"],
    [['all', '--set', 'settings=1'], "'settings' is a group of params"],
    [['run', 'transfrom/a'], "no stage is named 'transfrom/a': did you mean 'transform/a'?"],
    [['why', 'colect'], "did you mean 'collect'?"],
    [['invalidate', 'nothing/like/it'], "no stage is named 'nothing/like/it'"],
    [['log', 'publsih'], "did you mean 'publish'?"],
    [['bild'], "unknown command 'bild'"],
    [['all', '--bogus'], "unknown option '--bogus'"],
    [['all', '--jobs', '0'], 'It must be a whole number from 1'],
    [['graph', '--format', 'svg'], 'svg'],
    [['run'], "missing required argument 'target'"],
    [['check', 'publish'], 'targets go with --rebuild'],
    [['all', '--backend', 'tfjs', '--engine', 'native'], '--backend tfjs and --engine native differ'],
    [['all', '--profile', 'quik'], "there is no profile 'quik'"],
    [['all', '--out', 'pipeline.ts'], 'pipeline.ts is no folder: --out names one, or what is to become one'],
    [['all', '--out', 'pipeline.ts/out'], 'pipeline.ts is no folder'],
    [['gc', '--keep-days', ''], 'It must be a number from 0'],
    [['export', 'ro-crate', ''], 'name a new folder'],
    [
      ['export', 'snakemake', 'pipeline.ts'],
      'pipeline.ts is there, and no Snakefile of this command: name another file',
    ],
    [['run', 'figures/figure.txt'], "no stage is named 'figures/figure.txt': it is what 'publish' publishes"],
  ];
  for (const [args, message] of sampleOf(mistakes, 3)) {
    const outcome = await project.run(...args);
    expect(outcome, args.join(' ')).toMatchObject({ exitCode: 2, ran: [], stdout: '' });
    expect(outcome.stderr).toContain(message);
    expect(outcome.stderr).not.toMatch(/^ +at /m);
  }
  expect(project.has('artifacts')).toBe(false);
  const help = await project.run('--help');
  expect(help).toMatchObject({ exitCode: 0, stderr: '' });
  for (const command of [
    'all',
    'run',
    'status',
    'why',
    'invalidate',
    'graph',
    'list',
    'log',
    'check',
    'verify',
    'gc',
    'diff',
  ]) {
    expect(help.stdout).toContain(`  ${command} `);
  }
});

test.concurrent('a run tells what it does: in events, in plain lines, or failures only', async ({ project }) => {
  const events = await project.run('all', '--json', '--jobs', '3');
  const lines = events.stdout.split('\n').map((line) => JSON.parse(line));
  expect(lines.map(({ event }) => event)).toContain('stage-ran');
  expect(lines[0]).toMatchObject({ event: 'started', stages: 6, workers: 3 });
  const { ran, restored, fresh, failed, skipped } = lines.at(-1);
  expect(lines.at(-1)).toMatchObject({ event: 'summary', interrupted: false });
  expect({ ran: ran.toSorted(), restored, fresh, failed, skipped }).toEqual({
    ran: everything,
    restored: [],
    fresh: [],
    failed: [],
    skipped: [],
  });

  const plain = await project.run('all', '--force');
  expect(plain).toMatchObject({ exitCode: 0, stderr: '', ran: everything });
  expect(plain.stdout).toMatch(/^ran source in /m);
  expect(plain.stdout.split('\n').at(-1)).toMatch(/^6 ran in /);
  expect(plain.stdout).not.toContain('\u001b');

  expect(await project.run('all', '--force', '--quiet')).toMatchObject({ ran: everything, stdout: '', stderr: '' });
  project.spoil('source', 'defect');
  const quiet = await project.run('all', '--force', '--quiet');
  expect(quiet).toMatchObject({ exitCode: 1, stdout: '' });
  expect(quiet.stderr).toMatch(/^FAILED source: a defect of the stage/);
});

test.concurrent('of the stages that are ready the one with the longest way to go starts first', async ({ project }) => {
  project.edit(
    'pipeline.ts',
    'const { text: original }',
    "graph.add('lonely', source, { params: { word: 'lonely' }, inputs: {} });\n    const { text: original }",
  );
  const { events } = await project.run('all', '--json', '--jobs=1');
  const started = events.flatMap((event) => (event.event === 'stage-started' ? [event.stage] : []));
  expect(started.slice(0, 1)).toEqual(['source']);
  expect(started).toContain('lonely');
  // Of what was never run, each stage is taken to last a second.
  const left = events.flatMap((event) => (event.event === 'stage-started' ? [event.secondsLeft] : []));
  expect(left[0]).toBe(7);
  expect(left).toEqual(left.toSorted((a, b) => b - a));
  expect(left.at(-1)).toBeLessThan(3);
});

test.concurrent('--jobs bounds how many stages are at work at once, each in a process of its own', async ({
  project,
}) => {
  const transforms = ['transform/a', 'transform/b', 'transform/c'];
  const workers = () => new Set(transforms.map((stage) => project.workerOf(stage))).size;
  for (const jobs of [1, 2, 3]) {
    const atOnce = transforms.slice(0, jobs);
    for (const stage of atOnce) project.hold(stage);
    const run = project.start(['all', '--json', '--force', `--jobs=${jobs}`]);
    for (const stage of atOnce) await project.untilAtWork(stage);
    for (const stage of atOnce) project.release(stage);
    expect(await run.outcome()).toMatchObject({ exitCode: 0 });
    expect(workers()).toBe(jobs);
  }
});

test.concurrent('the next stage starts before the outputs of the last are kept, unless it needs them', async ({
  project,
}) => {
  const { events } = await project.all();
  const order = events.flatMap((event) => ('stage' in event ? [`${event.event} ${event.stage}`] : []));
  const starts = (stage: string) => order.indexOf(`stage-started ${stage}`);
  const ran = (stage: string) => order.indexOf(`stage-ran ${stage}`);
  const transforms = ['transform/a', 'transform/b', 'transform/c'];
  const between = transforms.slice(1).map((next, last) => ran(transforms[last] ?? '') - starts(next));
  expect(between.every((events) => events > 0)).toBe(true);
  expect(starts('transform/a')).toBeGreaterThan(ran('source'));
  expect(starts('collect')).toBeGreaterThan(Math.max(...transforms.map(ran)));
  expect(starts('publish')).toBeGreaterThan(ran('collect'));
});

test.concurrent('run brings targets and their upstream up to date: names, folders or globs', async ({ project }) => {
  expect((await project.run('run', 'transform/b')).ran).toEqual(['source', 'transform/b']);
  expect(project.lockedStages()).toEqual(['source', 'transform/b']);
  // A shell completes a folder so.
  expect((await project.run('run', 'transform/')).ran).toEqual(['transform/a', 'transform/c']);
  expect((await project.run('run', 'co*', 'publ*')).ran).toEqual(['collect', 'publish']);
  expect(Object.values(await project.states())).toEqual(Array(6).fill('fresh'));
});

test.concurrent('list, graph and log show the stages, how they hang together, and what they said', async ({
  project,
}) => {
  const { stdout: list } = await project.run('list');
  expect(
    list
      .split('\n')
      .map((line) => line.split(/ +/)[0])
      .sort(),
  ).toEqual(everything);
  expect(list).toMatch(/^publish +publish +figures\/figure\.txt$/m);
  const { stages }: { stages: object[] } = JSON.parse((await project.run('list', '--json')).stdout);
  expect(stages).toContainEqual({ name: 'transform/a', kind: 'transform', publishes: [] });

  const { stdout: dot } = await project.run('graph');
  expect(dot).toMatch(/^digraph pipeline \{\n[^{}]*\}$/);
  const nodes = [...dot.matchAll(/^ {2}"([^"]+)";$/gm)].map(([, node]) => node);
  const edges = [...dot.matchAll(/^ {2}"([^"]+)" -> "([^"]+)";$/gm)].map(([, from, to]) => `${from} -> ${to}`);
  expect(nodes.toSorted()).toEqual(everything);
  expect(edges.toSorted()).toEqual([
    'collect -> publish',
    'source -> transform/a',
    'source -> transform/b',
    'source -> transform/c',
    'transform/a -> collect',
    'transform/b -> collect',
    'transform/c -> collect',
  ]);
  expect(dot.split('\n')).toHaveLength(2 + nodes.length + edges.length + 1);

  const { stdout: mermaid } = await project.run('graph', '--format', 'mermaid', '--kinds');
  const ids = new Map([...mermaid.matchAll(/^ {2}(\w+)\["([^"]+)"\]$/gm)].map(([, id, name]) => [id, name]));
  const arrows = [...mermaid.matchAll(/^ {2}(\w+) --> (\w+)$/gm)].map(([, from, to]) => [ids.get(from), ids.get(to)]);
  expect(mermaid).toMatch(/^flowchart LR\n/);
  expect(arrows).toEqual([
    ['source', 'transform'],
    ['transform', 'collect'],
    ['collect', 'publish'],
  ]);
  expect((await project.run('graph', 'transform/a')).stdout).not.toContain('collect');

  expect(await project.run('log', 'transform/a')).toMatchObject({
    exitCode: 1,
    stderr: "error: there is no log of 'transform/a': it was never run here",
  });
  await project.all();
  expect((await project.run('log', 'transform/a')).stdout).toBe('rotates by 0.1');
});

test.concurrent('a package that is not installed is told with what to do', async ({ project }) => {
  project.ownPackages();
  project.delete('node_modules/picomatch');
  expect(await project.run('run', 'source')).toMatchObject({
    exitCode: 1,
    stderr: 'error: the package picomatch is not installed: run npm ci',
  });
});

test.concurrent('a reader that has seen enough is no failure', async ({ project }) => {
  for (const command of ['list', 'status', 'graph', 'all --json --jobs 1', 'why "*"']) {
    const line = `set -o pipefail; '${process.execPath}' --import tsx pipeline.ts ${command} | head -n 1`;
    const piped = await execa('bash', ['-c', line], { cwd: project.root, reject: false });
    expect(piped, command).toMatchObject({ exitCode: 0, stderr: '' });
    expect(piped.stdout).not.toBe('');
  }
  expect((await project.all()).exitCode).toBe(0);
  expect(Object.values(await project.states())).toEqual(Array(6).fill('fresh'));

  // The same of standard error: the exit code is that of the command, not of what could not be said.
  const wrong = `set -o pipefail; '${process.execPath}' --import tsx pipeline.ts run nothing 2>&1 | true`;
  expect(await execa('bash', ['-c', wrong], { cwd: project.root, reject: false })).toMatchObject({ exitCode: 2 });
});
