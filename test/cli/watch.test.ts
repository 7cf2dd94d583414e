import { writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { until } from '../support/poll.ts';
import { Project, test } from '../support/project.ts';

/** Whether there is a process of a number. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('watching brings everything up to date again after each change, and ends by Ctrl-C', async ({ project }) => {
  const watching = project.start(['all', '--watch', '--json']);
  const settled = async () => {
    await watching.untilSaysNext('waiting for changes');
    const runner = /process (\d+),/.exec(project.read('artifacts/store/mutex'))?.[1];
    return { figure: project.read('figures/figure.txt'), runner };
  };
  const first = await settled();
  expect(first.figure).toContain('ifmmp');

  // What only stages run is taken by the process that stands by, also while it is at work.
  project.hold('collect');
  const alphabet = 'abcdefghijklmnopqrstuvwxyz';
  project.edit('lib/alphabet.ts', alphabet, [...alphabet].reverse().join(''));
  await watching.untilSaysNext('changed: lib/alphabet.ts');
  project.edit('lib/alphabet.ts', [...alphabet].reverse().join(''), 'helo');
  await watching.untilSaysNext('changed: lib/alphabet.ts');
  project.release('collect');
  const second = await settled();
  expect(second.figure).toContain('elooh');
  expect(second.runner).toBe(first.runner);

  // So are params, which build another graph.
  project.edit('pipeline.ts', "word: 'hello'", "word: 'hole'");
  await watching.untilSaysNext('changed: pipeline.ts');
  const third = await settled();
  expect(third.figure).toContain('ehol');
  expect(third.runner).toBe(second.runner);

  // Other code that decides the graph is for another process: that of the command line, too.
  project.edit('cli/print.ts', 'process.stdout', 'globalThis.process.stdout');
  await watching.untilSaysNext('changed: cli/print.ts');
  const fourth = await settled();
  expect(fourth.runner).not.toBe(third.runner);

  // So is what is wrong, which ends it.
  project.edit('pipeline.ts', "separator: '-'", 'separator: 7');
  await watching.untilSaysNext('the params are wrong');
  project.edit('pipeline.ts', 'separator: 7', "separator: '-'");
  expect((await settled()).figure).toBe(third.figure);
  project.edit('lib/rotate.ts', 'return', 'retur n');
  await watching.untilSaysNext('rror');
  project.edit('lib/rotate.ts', 'retur n', 'return');
  const fifth = await settled();
  expect(fifth.figure).toBe(third.figure);

  process.kill(-watching.pid, 'SIGINT');
  const { exitCode, stdout } = await watching.outcome();
  expect(exitCode).toBe(130);
  expect(() => process.kill(Number(fifth.runner), 0)).toThrow('ESRCH');
  expect(stdout.split('\n').filter((line) => !line.startsWith('{'))).toEqual([]);
});

test('of two saves, however close, the second counts, and neither takes another process', async ({ project }) => {
  const watching = project.start(['all', '--watch', '--json']);
  await watching.untilSaysNext('waiting for changes');
  const [before, after] = project.read('lib/alphabet.ts').split('abcdefghijklmnopqrstuvwxyz');
  const save = (alphabet: string) => writeFileSync(project.path('lib/alphabet.ts'), `${before}${alphabet}${after}`);
  const runner = () => /process \d+,/.exec(project.read('artifacts/store/mutex'))?.[0];
  const first = runner();
  const passed = (ms: number, since: number) => until(`${ms} ms to pass`, () => performance.now() - since >= ms);
  for (const [alphabet, ms] of Object.entries({ heol: 0, hleo: 20, hloe: 40, hoel: 60, hole: 80 })) {
    // After a rest, the watcher tells of the first save at once, and of the second later.
    await passed(600, performance.now());
    save('helo');
    await passed(ms, performance.now());
    save(alphabet);
    const rotated = [...'hello'].map((letter) => alphabet[(alphabet.indexOf(letter) + 1) % 4]).join('');
    await until(`the figure with ${rotated}`, () => project.read('figures/figure.txt').includes(rotated));
  }
  expect(runner()).toBe(first);
  process.kill(-watching.pid, 'SIGINT');
  await watching.outcome();
});

test('modules that only build the graph are loaded again, also those that changed before', async ({ project }) => {
  project.write('lib/word.ts', "export const word = 'hello';\n");
  project.write('lib/names.mts', "export { word } from './word.ts';\n");
  project.edit('pipeline.ts', "word: 'hello'", 'word: words.word');
  project.edit('pipeline.ts', 'import collect', "import * as words from './lib/names.mts';\nimport collect");
  const watching = project.start(['all', '--watch', '--json']);
  const figure = async () => {
    await watching.untilSaysNext('waiting for changes');
    return project.read('figures/figure.txt');
  };
  const runner = () => Number(/process (\d+),/.exec(project.read('artifacts/store/mutex'))?.[1]);
  expect(await figure()).toContain('ifmmp');
  const first = runner();
  project.edit('lib/word.ts', 'hello', 'hole');
  expect(await figure()).toContain('ipmf');
  project.edit('pipeline.ts', "separator: '-'", "separator: '+'");
  const joined = await figure();
  expect(joined).toContain('ipmf+');
  project.edit('lib/names.mts', "word.ts';", "word.ts';\nexport const unused = 1;");
  expect(await figure()).toBe(joined);
  project.edit('lib/word.ts', 'hole', 'loop');
  expect(await figure()).toContain('mppq+');
  expect(runner()).toBe(first);
  // What never ends to be loaded, and what leaves something at work, is for another process.
  project.edit('lib/word.ts', 'export', 'setInterval(() => {}, 1000);\nawait new Promise(() => {});\nexport');
  await until('the end of the process', () => !isAlive(first));
  project.edit('lib/word.ts', 'await new Promise(() => {});', '');
  project.edit('lib/word.ts', 'setInterval(() => {}, 1000);', '');
  project.edit('lib/word.ts', 'loop', 'hole');
  await until('the figure of another process', () => project.read('figures/figure.txt').includes('ipmf+'));
  process.kill(-watching.pid, 'SIGINT');
  await watching.outcome();
});

test('what has changed starts before the rest is looked at, unless that is no longer as it was', async ({
  project,
}) => {
  const watching = project.start(['all', '--watch', '--json', '--jobs=1']);
  await watching.untilSaysNext('waiting for changes');
  const save = async (from: string, to: string) => {
    project.edit('stages/collect.ts', from, to);
    await watching.untilSaysNext('waiting for changes');
  };
  await save('separator)', "separator) + '1'");
  for (const lost of ['artifacts/transform/a', project.objectOf('ifmmp')]) project.delete(lost);
  await save("'1'", "'2'");
  await project.run('invalidate', 'transform/b');
  await save("'2'", "'3'");
  process.kill(-watching.pid, 'SIGINT');
  const { events } = await watching.outcome();

  const begins = events.flatMap(({ event }, at) => (event === 'started' ? [at] : [])).slice(-3);
  const runs = begins.map((begin, run) => events.slice(begin, begins[run + 1]));
  const looks = runs.map((run) => run.filter(({ event }) => event === 'stage-started' || event === 'stage-fresh'));
  const stagesOf = (look: typeof events) => look.flatMap((event) => ('stage' in event ? [event.stage] : []));
  expect(looks.map((look) => stagesOf(look)[0])).toEqual(['collect', 'source', 'source']);
  expect(looks.map((look) => stagesOf(look.filter(({ event }) => event === 'stage-started')))).toEqual([
    ['collect', 'publish'],
    ['transform/a', 'collect', 'publish'],
    ['transform/b', 'collect', 'publish'],
  ]);
  expect(project.read('figures/figure.txt')).toContain('3');
});

test('nothing starts from a result that the lock of others contradicts', async ({ project }) => {
  const others = new Project();
  try {
    others.spoil('transform/a', 'another text each time');
    await others.all();
    const watching = project.start(['all', '--watch', '--json', '--jobs=1']);
    await watching.untilSaysNext('waiting for changes');
    project.write('artifacts/lock.json', others.read('artifacts/lock.json'));
    project.edit('stages/collect.ts', 'separator)', "separator) + '1'");
    await watching.untilSaysNext('waiting for changes');
    process.kill(-watching.pid, 'SIGINT');
    const { events } = await watching.outcome();
    expect(events.findLast(({ event }) => event === 'summary')).toMatchObject({
      failed: ['transform/a'],
      skipped: ['collect', 'publish'],
      ran: [],
    });
  } finally {
    await others.remove();
  }
});

test('a change ends the run that is at work, and the next one takes up the new param', async ({ project }) => {
  project.hold('collect');
  const watching = project.start(['all', '--watch', '--json']);
  await project.untilAtWork('collect');
  project.edit('pipeline.ts', "word: 'hello'", "word: 'goodbye'");
  await watching.untilSays('"interrupted":true');
  project.release('collect');
  await until('the new figure', () => project.has('figures/figure.txt'));
  expect(project.read('figures/figure.txt')).toContain('hppeczf');
  process.kill(-watching.pid, 'SIGINT');
  await watching.outcome();
});

test('an open page is told of each change by what lies beside it', async ({ project }) => {
  project.edit(
    'pipeline.ts',
    '  options:',
    "  page: { stage: 'publish', output: 'figure', about: 'a page' },\n  options:",
  );
  const pageBeside = () => /--page: "([0-9a-f]{64})"/.exec(project.read('artifacts/publish/here.css'))?.[1];
  const watching = project.start(['all', '--watch', '--json']);
  await watching.untilSays('artifacts/publish/here.html');
  await watching.untilSays('"event":"summary"');
  await until('the digest of the page', () => project.has('artifacts/publish/here.css'));
  const before = pageBeside();
  project.edit('pipeline.ts', "word: 'hello'", "word: 'goodbye'");
  await until('another digest', () => pageBeside() !== before);
  expect(project.read('artifacts/publish/figure.txt')).toContain('hppeczf');
  process.kill(-watching.pid, 'SIGINT');
  await watching.outcome();
});
