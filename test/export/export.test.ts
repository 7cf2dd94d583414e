import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newFolder } from '../support/folder.ts';

const root = join(import.meta.dirname, '../..');
const python = process.env.PYTHON ?? 'python3';
const MINUTE = 60_000;

/** A project with the pipeline of examples/own-paper, at a path with a space. */
function ownPaper(folder = join(newFolder(), 'my paper')): string {
  for (const name of ['engine', 'cli', 'package.json', 'package-lock.json']) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  cpSync(join(root, 'examples/own-paper'), folder, { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

function pipeline(cwd: string, ...args: readonly string[]) {
  return execa(process.execPath, ['--import', 'tsx', 'pipeline.ts', ...args], { cwd, reject: false });
}

/** Whether Python has a module here. */
async function has(module: string): Promise<boolean> {
  return !(await execa(python, ['-c', `import ${module}`], { reject: false })).failed;
}

/** Where Python has them; `.ci/run` installs both. */
const [canValidate, canSnakemake] = await Promise.all([has('rocrate_validator'), has('snakemake')]);

interface Entity {
  readonly '@id': string;
  readonly '@type': string | readonly string[];
  readonly sha256?: string;
}

function entitiesOf(crate: string): Entity[] {
  const { '@graph': graph }: { '@graph': Entity[] } = JSON.parse(
    readFileSync(join(crate, 'ro-crate-metadata.json'), 'utf8'),
  );
  return graph;
}

describe('an RO-Crate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'export-'));
  const project = join(folder, 'my paper');
  beforeAll(() => pipeline(ownPaper(project), 'all'), MINUTE);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const crates = [
    { level: 'process', targets: [], runs: 1, files: 1 },
    { level: 'provenance', targets: ['measure/n=10'], runs: 4, files: 3 },
  ] as const;

  it.each(crates)(
    'at the level of $level has every file, by its digest, and no null',
    async ({ targets, runs, files }) => {
      const crate = join(newFolder(), 'crate');
      expect((await pipeline(project, 'export', 'ro-crate', crate, ...targets)).exitCode).toBe(0);
      expect(readFileSync(join(crate, 'ro-crate-metadata.json'), 'utf8')).not.toContain('null');
      const entities = entitiesOf(crate);
      expect(new Set(entities.map((entity) => entity['@id'])).size).toBe(entities.length);
      const held = entities.filter(({ '@type': type, sha256 }) => type === 'File' && sha256 !== undefined);
      expect(held).toHaveLength(files);
      for (const { '@id': path, sha256 } of held) {
        expect(
          createHash('sha256')
            .update(readFileSync(join(crate, decodeURI(path))))
            .digest('hex'),
        ).toBe(sha256);
      }
      expect(entities.filter(({ '@type': type }) => type === 'CreateAction')).toHaveLength(runs);
    },
  );

  it.skipIf(!canValidate).each(crates)(
    'at the level of $level is valid',
    { timeout: 2 * MINUTE },
    async ({ level, targets }) => {
      const crate = join(newFolder(), 'crate');
      await pipeline(project, 'export', 'ro-crate', crate, ...targets);
      const script = join(import.meta.dirname, 'validate.py');
      const { exitCode, stdout, stderr } = await execa(python, [script, newFolder(), `${level}-run-crate-0.5`, crate], {
        reject: false,
      });
      expect([exitCode, stdout, stderr]).toEqual([0, '', '']);
    },
  );

  it('is refused where something is not made, or the folder is taken', async () => {
    const empty = ownPaper();
    const unmade = await pipeline(empty, 'export', 'ro-crate', join(newFolder(), 'crate'));
    expect([unmade.exitCode, unmade.stderr]).toEqual([
      1,
      expect.stringContaining('is not up to date: run it, then export'),
    ]);
    const taken = await pipeline(project, 'export', 'ro-crate', project);
    expect([taken.exitCode, taken.stderr]).toEqual([2, expect.stringContaining('exists: name a new folder')]);
  });
});

describe('a Snakefile', () => {
  it.skipIf(!canSnakemake)('runs every stage once, and nothing the second time', { timeout: 3 * MINUTE }, async () => {
    const project = ownPaper();
    expect((await pipeline(project, 'export', 'snakemake', 'Snakefile', 'measure/n=10')).exitCode).toBe(0);
    const snakemake = () => execa(python, ['-m', 'snakemake', '--cores', '2'], { cwd: project, reject: false });
    const first = await snakemake();
    expect([first.exitCode, first.stderr]).toEqual([0, expect.stringContaining('4 of 4 steps (100%) done')]);
    expect(existsSync(join(project, 'artifacts/measure/n=10/error.json'))).toBe(true);
    expect((await snakemake()).stderr).toContain('Nothing to be done');
    const { stdout } = await pipeline(project, 'status', 'measure/n=10');
    expect(stdout).toBe('1 fresh, 0 stale, 0 unknown');
  });
});
