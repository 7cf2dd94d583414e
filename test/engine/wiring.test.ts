import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { newFolder } from '../support/folder.ts';

const checkout = join(import.meta.dirname, '../..');
const mistakes = readFileSync(join(import.meta.dirname, 'wiring-mistakes.ts'), 'utf8');

/** The numbers of the lines of a text that the compiler refuses, where it stands for `wiring-mistakes.ts`. */
async function refusedLines(text: string): Promise<number[]> {
  const folder = newFolder();
  for (const name of ['engine', 'tsconfig.json', 'package.json']) {
    cpSync(join(checkout, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'));
  cpSync(import.meta.dirname, join(folder, 'test/engine'), {
    recursive: true,
    filter: (path) => !path.endsWith('.test.ts'),
  });
  writeFileSync(join(folder, 'test/engine/wiring-mistakes.ts'), text);
  const options = { cwd: folder, preferLocal: true, localDir: checkout, reject: false } as const;
  const { stdout } = await execa('tsc', ['-p', '.', '--pretty', 'false'], options);
  const places = stdout.matchAll(/^test\/engine\/wiring-mistakes\.ts\((\d+),\d+\): error/gm);
  return [...new Set([...places].map(([, line]) => Number(line)))].sort((a, b) => a - b);
}

test('every mistake in the wiring is refused by the compiler, and nothing else', async () => {
  expect(await refusedLines(mistakes)).toEqual([]);
  const lines = mistakes.split('\n');
  const wrong = lines.flatMap((line, i) => (line.includes('// @ts-expect-error:') ? [i + 2] : []));
  expect(wrong.length).toBeGreaterThan(10);
  const unexpected = lines.map((line) => line.replace('@ts-expect-error', 'wrong')).join('\n');
  expect(await refusedLines(unexpected)).toEqual(wrong);
});
