import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { StageError } from '../../../../engine/kind.ts';

/**
 * Does the work of a stage as the test wants it: notes that it runs and in which process, waits for as long as there is a file `hold`, and comes to
 * grief as a file `mishap` says. These files are no part of any recipe.
 */
export async function perform(stage: string, output: string, makeText: () => string): Promise<void> {
  const controls = process.env.CONTROLS ?? '';
  const control = (name: string) => join(controls, `${stage.replaceAll('/', '.')}.${name}`);
  appendFileSync(join(controls, 'ran'), `${stage} ${process.pid}\n`);
  while (existsSync(control('hold'))) await setTimeout(10);
  const mishap = existsSync(control('mishap')) ? readFileSync(control('mishap'), 'utf8') : 'none';
  if (mishap !== 'omitted output') await writeFile(output, makeText());
  await mishaps[mishap]?.(output, stage);
}

const mishaps: Readonly<Record<string, (output: string, stage: string) => unknown>> = {
  defect: () => {
    throw new TypeError('a defect of the stage');
  },
  'stage error': () => {
    throw new StageError('the word is unusable: choose another');
  },
  exit: () => process.exit(0),
  abort: () => process.abort(),
  'full memory': () => {
    const hoard: number[][] = [];
    for (;;) hoard.push(Array.from({ length: 100_000 }, (_, i) => i / 2));
  },
  'unhandled rejection': () => {
    void Promise.reject(new Error('nobody handles this'));
    return setTimeout(60_000);
  },
  'undeclared output': (output) => writeFile(join(dirname(output), 'extra.txt'), 'not declared'),
  chatter: (_output, stage) => console.log(`${stage} `.repeat(20_000)),
  'late timer': (output) => {
    globalThis.setTimeout(() => writeFileSync(output, 'too late'), 5_000);
  },
  'late write': (output) => {
    void writeFile(output, Buffer.alloc(8 << 20));
  },
};
