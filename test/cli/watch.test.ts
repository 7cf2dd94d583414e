import { expect } from 'vitest';
import { until } from '../support/poll.ts';
import { test } from '../support/project.ts';

test('watching brings everything up to date again after each change, and ends by Ctrl-C', async ({ project }) => {
  const watching = project.start(['all', '--watch', '--json']);
  await watching.untilSays('"event":"summary"');
  expect(project.read('figures/figure.txt')).toContain('ifmmp');
  project.edit('pipeline.ts', "word: 'hello'", "word: 'goodbye'");
  await watching.untilSays('changed: pipeline.ts');
  await until('the new figure', () => project.read('figures/figure.txt').includes('hppeczf'));
  process.kill(-watching.pid, 'SIGINT');
  const { exitCode } = await watching.outcome();
  expect(exitCode).toBe(130);
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
