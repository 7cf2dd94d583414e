import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { newFolder } from './support/folder.ts';

const root = join(import.meta.dirname, '..');

/** The commands below a heading of the README. */
function commandsBelow(heading: string): string[] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const below = readme.slice(readme.indexOf(`## ${heading}`));
  return (/```sh\n([^`]*)```/.exec(below)?.[1] ?? '').trim().split('\n');
}

it('the README tells how to begin a pipeline of one’s own', { timeout: 60_000 }, async () => {
  const own = join(newFolder(), 'my-paper');
  const commands = commandsBelow('Use the engine for your own paper');
  expect(commands).toContain('npm ci');
  mkdirSync(own);
  // What is installed here stands for npm ci.
  symlinkSync(join(root, 'node_modules'), join(own, 'node_modules'));
  const script = commands
    .filter((command) => command !== 'npm ci' && !command.startsWith('mkdir '))
    .map((command) => command.replaceAll('../my-paper', own));
  const { stdout } = await execa('bash', ['-e', '-c', script.join('\n')], { cwd: root });
  expect(stdout).toContain('16 ran');
  expect(readFileSync(join(own, 'figures/error.svg'), 'utf8')).toContain('<svg');
  expect(existsSync(join(own, 'artifacts/lock.json'))).toBe(true);
  await execa(join(root, 'node_modules/.bin/tsc'), ['-p', '.'], { cwd: own });
  const again = await execa('npx', ['tsx', 'pipeline.ts', 'all'], { cwd: own });
  expect(again.stdout).toContain('16 fresh');
  // What is made can be made again: git is to have the lock and the figure alone.
  await execa('git', ['init'], { cwd: own });
  await execa('git', ['add', 'artifacts', 'figures'], { cwd: own });
  const { stdout: added } = await execa('git', ['ls-files'], { cwd: own });
  expect(added.split('\n')).toEqual(['artifacts/lock.json', 'figures/error.svg']);
});

it('the pipeline to begin with has fewer than 60 lines besides imports', () => {
  const folder = join(root, 'examples/own-paper');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const lines = files.flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'));
  expect(lines.filter((line) => line.trim() !== '' && !line.startsWith('import')).length).toBeLessThan(60);
});
