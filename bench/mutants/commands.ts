import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, inject } from 'vitest';
import { add } from './setup.ts';

// For tests that start commands: hands the mutant on to the processes of a command, and notes which mutants these meet.

/** What command.mjs leaves of a process. */
interface Account {
  /** The mutants that the process met, and how often. */
  readonly met: Readonly<Record<string, number>>;
  /** Whether it had a worker. */
  readonly worker: boolean;
}

const mutating = inject('mode') === 'mutant';
const folder = mkdtempSync(join(tmpdir(), 'commands-'));
process.env.NODE_OPTIONS = `--import=${join(import.meta.dirname, 'command.mjs')}`;
process.env.MUTANT_TRIED = mutating ? inject('activeMutant') : '';
process.env.MUTANT_LIMIT = `${mutating ? (inject('hitLimit') ?? '') : ''}`;
process.env.MUTANTS_MET = folder;

if (!mutating) {
  const ofWorkers = mutantsOfWorkers();
  afterEach(() => {
    const test = globalThis.__stryker__.currentTestId;
    for (const file of readdirSync(folder)) {
      const { met, worker }: Account = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      rmSync(join(folder, file));
      if (test === undefined) continue;
      add(test, met);
      if (worker) add(test, ofWorkers);
    }
  });
}

/** The mutants of the code that workers run. A worker may write nothing, so a test with a worker has met them all. */
function mutantsOfWorkers(): Record<string, number> {
  const names = ['worker', 'worker-messages', 'decode-input', 'digest', 'errors', 'frames', 'issues', 'kind', 'format'];
  const texts = names.map((name) => readFileSync(join(import.meta.dirname, `../../engine/${name}.ts`), 'utf8'));
  const mutants = texts.flatMap((text) => Array.from(text.matchAll(/stryMutAct_9fa48\("(\d+)"\)/g), ([, id]) => id));
  return Object.fromEntries(mutants.map((id) => [id, 1]));
}
