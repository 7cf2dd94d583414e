import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect } from 'vitest';
import { newFolder } from '../support/folder.ts';
import { test } from '../support/project.ts';

const root = join(import.meta.dirname, '../..');

describe('why, of a file', () => {
  test('names the stage by the digest, wherever the file is', async ({ project }) => {
    await project.all();
    const copy = join(newFolder(), 'from-anywhere');
    writeFileSync(copy, project.read('figures/figure.txt'));
    const { exitCode, stdout } = await project.run('why', copy);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`${copy} is the figure of the stage publish: the lock has its digest`);
    expect(stdout).toContain('built from 5 stages: 1 source, 3 transform, 1 collect');
    expect(stdout).toContain('today’s code makes what the lock says');
  });

  test('says of an older result that it is one, and of changed code that it makes another', async ({ project }) => {
    await project.all();
    const copy = join(newFolder(), 'older');
    writeFileSync(copy, project.read('figures/figure.txt'));
    project.edit('pipeline.ts', "word: 'hello'", "word: 'goodbye'");
    const changed = await project.run('why', copy, '--json');
    expect(JSON.parse(changed.stdout)).toMatchObject({ stage: 'publish', witness: 'lock' });
    expect(JSON.parse(changed.stdout).differences.length).toBeGreaterThan(0);
    await project.all();
    const { stdout } = await project.run('why', copy);
    expect(stdout).toContain('it was made here, and is not what the lock says now');
  });

  test('does not know a file that it has not made, and still explains the targets beside it', async ({ project }) => {
    await project.all();
    const stranger = join(newFolder(), 'stranger');
    writeFileSync(stranger, 'anything');
    // Neither does it read one that is too large to be an output.
    const large = join(newFolder(), 'large');
    writeFileSync(large, '');
    truncateSync(large, 3_000_000_000);
    expect((await project.run('why', large)).stderr).toBe(
      `${large} is nothing that this pipeline is known to have made`,
    );
    const { exitCode, stderr } = await project.run('why', stranger);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining('is nothing that this pipeline is known to have made'),
    ]);
    const both = await project.run('why', 'figures/figure.txt', 'publish');
    expect(both.stdout).toContain('of the stage publish');
    expect(both.stdout).toContain('publish is fresh');
  });

  test('finds a picture that was drawn anew by its description', async () => {
    const copy = join(newFolder(), 'copy.svg');
    writeFileSync(copy, `${readFileSync(join(root, 'figures/figure-2.svg'), 'utf8')}<!-- edited -->`);
    const { stdout } = await execa('npx', ['tsx', 'pipeline.ts', 'why', copy], { cwd: root });
    expect(stdout).toContain('is a picture of the stage figure-2: its description says so');
  });
});
