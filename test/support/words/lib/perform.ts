import { appendFileSync, existsSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type RunOptions, StageError } from '../../../../engine/kind.ts';

/**
 * Does the work of a stage as the test wants it: notes that it runs and in which process, waits for as long as there is a file `hold`, and comes to
 * grief as a file `mishap` says. These files are no part of any recipe.
 * @returns the outputs.
 */
export async function perform<Output extends string>(
  stage: string,
  { controls = '' }: RunOptions,
  output: Output,
  makeText: () => string,
): Promise<Readonly<Record<Output, string>>> {
  const control = (name: string) => join(controls, `${stage.replaceAll('/', '.')}.${name}`);
  appendFileSync(join(controls, 'ran'), `${stage} ${process.pid}\n`);
  while (existsSync(control('hold'))) await setTimeout(10);
  const mishap = existsSync(control('mishap')) ? readFileSync(control('mishap'), 'utf8') : 'none';
  const made: Record<string, string> = { [output]: makeText() };
  await mishaps[mishap]?.(made, stage);
  // What a stage returns may be anything, whatever its type says.
  return JSON.parse(JSON.stringify(made));
}

const CHANNEL = 3;

const mishaps: Readonly<Record<string, (made: Record<string, string>, stage: string) => unknown>> = {
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
    for (;;) hoard.push(new Array<number>(10_000_000).fill(0.5));
  },
  'much memory': () => Buffer.alloc(600 * 1024 * 1024, 1),
  'unhandled rejection': () => {
    void Promise.reject(new Error('nobody handles this'));
    return setTimeout(60_000);
  },
  'undeclared output': (made) => {
    made.extra = 'not declared';
  },
  'omitted output': (made) => {
    for (const output of Object.keys(made)) delete made[output];
  },
  chatter: (_made, stage) => console.log(`${stage} `.repeat(20_000)),
  'noise on the channel': () => {
    writeSync(CHANNEL, 'this is no message of a worker '.repeat(100));
    return setTimeout(60_000);
  },
  'a message without sense': () => {
    const text = JSON.stringify({ type: 'made', outputs: 'none' });
    const head = Buffer.alloc(16);
    head.writeDoubleLE(text.length, 0);
    writeSync(CHANNEL, Buffer.concat([head, Buffer.from(text)]));
    return setTimeout(60_000);
  },
  'another text each time': (made) => {
    for (const output of Object.keys(made)) made[output] = `${made[output]}${process.hrtime.bigint()}`;
  },
  'endless wait': () => new Promise(() => {}),
  'late timer': () => {
    globalThis.setTimeout(() => writeFileSync(join(tmpdir(), 'too-late'), 'too late'), 5_000);
  },
  'late write': () => {
    void writeFile(join(tmpdir(), 'late-write'), Buffer.alloc(8 << 20));
  },
};
