import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stryker } from '@stryker-mutator/core';

// Tries the tests: changes the code in one place at a time (a mutant), and looks whether a test fails.
// npm run mutants [-- <file or folder> ... [<test file> ...]], for instance engine/store.ts. Reports go to out/mutants.

/** All that has mutants. */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  science: filesIn('science'),
  engine: filesIn('engine'),
};
const LEAST_KILLED = 85;

function filesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));
  return files.map((name) => `${folder}/${name}`);
}

function namedBy(target: string, file: string): boolean {
  return file === target || file.startsWith(`${target.replace(/\/$/, '')}/`);
}

async function tryMutants(folder: string, mutate: string[], testFiles: string[]): Promise<void> {
  const stryker = new Stryker({
    mutate,
    testRunner: 'vitest',
    // Tests of the engine start commands, which are no imports.
    vitest: { configFile: `bench/mutants/${folder}.config.ts`, related: folder !== 'engine' },
    testFiles,
    coverageAnalysis: 'perTest',
    disableTypeChecks: false,
    tsconfigFile: 'none',
    tempDirName: 'out/mutants/sandbox',
    ignorePatterns: ['/artifacts', '/figures', '/out'],
    reporters: ['progress-append-only', 'clear-text', 'html', 'json'],
    htmlReporter: { fileName: `out/mutants/${folder}.html` },
    jsonReporter: { fileName: `out/mutants/${folder}.json` },
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    concurrency: 2,
    // A mutant that only makes a test slow, on a machine that others use, is not killed.
    timeoutFactor: 2,
    timeoutMS: 10_000,
    dryRunTimeoutMinutes: 60,
    thresholds: { high: 95, low: LEAST_KILLED, break: LEAST_KILLED },
  });
  await stryker.runMutationTest();
}

const targets = process.argv.slice(2).filter((target) => !target.startsWith('test/'));
const tests = process.argv.slice(2).filter((target) => target.startsWith('test/'));
const known = Object.values(FOLDERS).flat();
const unknown = targets.filter((target) => !known.some((file) => namedBy(target, file)));
if (unknown.length > 0) {
  console.error(`${unknown.join(', ')}: no file with mutants; name files or folders of science/ or engine/`);
  process.exit(2);
}
// The tests' own folders go to one that is removed: a test whose mutant never ends is killed, and cleans nothing up.
const scratch = mkdtempSync(join(tmpdir(), 'mutants-'));
process.env.TMPDIR = scratch;
try {
  for (const [folder, files] of Object.entries(FOLDERS)) {
    const chosen = files.filter((file) => targets.length === 0 || targets.some((target) => namedBy(target, file)));
    if (chosen.length > 0) await tryMutants(folder, chosen, tests);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
