import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestBytes } from '../../engine/digest.ts';
import { Ledger } from '../../engine/ledger.ts';
import { type LedgerResult, objectsOf } from '../../engine/ledger-entry.ts';
import type { Recipe } from '../../engine/recipe.ts';
import { newFolder } from '../support/folder.ts';

const stages = ['first', 'second', 'third'];
const NEWLINE = '\n'.charCodeAt(0);

function recipe(stage: string, by = 'code'): Recipe {
  const code = {
    digest: digestBytes(by),
    bundle: digestBytes('bundle'),
    files: { 'kind.ts': '0123456789abcdef' },
    packages: {},
  };
  return { digest: digestBytes(stage), kind: 'kind', params: { stage }, inputs: {}, code };
}

async function record(ledger: Ledger, stage: string): Promise<void> {
  ledger.record(recipe(stage), {
    stage,
    place: '',
    outputs: { text: digestBytes(`text of ${stage}`) },
    log: digestBytes(''),
    seconds: 1,
    finished: '2026-01-01T00:00:00.000Z',
    machine: 'some',
  });
  await ledger.append(ledger.takeUnwritten());
}

/** A ledger of one line of code and a line a stage; the function reads it again with other contents. */
async function makeLedger() {
  const path = join(newFolder(), 'ledger.jsonl');
  const ledger = new Ledger(path);
  for (const stage of stages) await record(ledger, stage);
  const whole = readFileSync(path);
  const read = (contents: Buffer) => {
    writeFileSync(path, contents);
    const found = new Ledger(path);
    const known = stages.filter((stage) => found.resultOf(digestBytes(stage)) !== undefined);
    return { known, damagedLines: found.damagedLines, ledger: found };
  };
  return { whole, read };
}

test('a ledger that is whole is read as it was written', async () => {
  const { whole, read } = await makeLedger();
  const { known, damagedLines, ledger } = read(whole);
  expect({ known, damagedLines }).toEqual({ known: stages, damagedLines: [] });
  expect(ledger.lastResult('second', 'elsewhere')?.outputs).toEqual({ text: digestBytes('text of second') });
});

test('a kill at any byte of the last line loses that line alone, and what is recorded later is kept', async () => {
  const { whole, read } = await makeLedger();
  const start = whole.lastIndexOf(NEWLINE, -2) + 1;
  for (let length = start; length < whole.length; length++) {
    const { known, damagedLines, ledger } = read(whole.subarray(0, length));
    const complete = length === whole.length - 1;
    expect(known).toEqual(complete ? stages : ['first', 'second']);
    expect(damagedLines).toEqual(complete || length === start ? [] : [4]);
    if (damagedLines.length > 0) await ledger.dropDamagedLines();
    expect(new Ledger(ledger.path).results().map(({ stage }) => stage)).toEqual(known);
    await record(ledger, 'third');
    expect(new Ledger(ledger.path).resultOf(digestBytes('third'))).toBeDefined();
    expect(new Ledger(ledger.path).damagedLines).toEqual([]);
  }
});

test('a flipped bit anywhere loses the lines that it touches, which are reported, and no other', async () => {
  const { whole, read } = await makeLedger();
  for (let at = 0; at < whole.length; at++) {
    const flipped = Buffer.from(whole);
    flipped[at] = (whole[at] ?? 0) ^ (1 << (at % 8));
    const line = whole.subarray(0, at).filter((byte) => byte === NEWLINE).length;
    const lost = whole[at] === NEWLINE ? [line, line + 1] : [line];
    const { known, damagedLines } = read(flipped);
    expect(known).toEqual(stages.filter((_, i) => !lost.includes(i + 1)));
    expect(damagedLines[0]).toBe(line + 1);
  }
});

test('what was invalidated does not count, but is not forgotten, whatever is removed beside it', async () => {
  const { whole, read } = await makeLedger();
  const { ledger } = read(whole);
  const digest = digestBytes('second');
  ledger.invalidate(['second']);
  await ledger.append(ledger.takeUnwritten());
  const check = (found: Ledger) => {
    expect(found.resultOf(digest)).toBeUndefined();
    expect(found.lastSeen(digest)?.outputs).toEqual({ text: digestBytes('text of second') });
    expect(found.isInvalidated('second')).toBe(true);
    expect(found.results().map(({ stage }) => stage)).not.toContain('second');
  };
  check(ledger);
  check(new Ledger(ledger.path));
  const first = ledger.resultOf(digestBytes('first'));
  await ledger.forget(new Set(first === undefined ? [] : [first]));
  const left = new Ledger(ledger.path);
  check(left);
  expect(left.lastSeen(digestBytes('first'))).toBeUndefined();
  await record(left, 'second');
  expect(left.resultOf(digest)).toBeDefined();
  expect(left.isInvalidated('second')).toBe(false);
});

test('an invalidation reaches all stages that used a result, and no result that none of them used', async () => {
  const { whole, read } = await makeLedger();
  const { ledger } = read(whole);
  const shared = ledger.resultOf(digestBytes('second'));
  if (shared === undefined) throw new Error('it was recorded');
  expect(ledger.recordAgain(shared, 'other', 'out')).toEqual({ ...shared, stage: 'other', place: 'out' });
  await ledger.append(ledger.takeUnwritten());
  expect(new Ledger(ledger.path).lastResult('other', 'out')?.recipe).toBe(shared.recipe);
  ledger.invalidate(['other']);
  expect(stages.map((stage) => ledger.resultOf(digestBytes(stage)) !== undefined)).toEqual([true, false, true]);
  expect([...stages, 'other'].map((stage) => ledger.isInvalidated(stage))).toEqual([false, true, false, true]);
});

test('what the code of a kind has made counts by kind, params and code, while its result does', async () => {
  const { whole, read } = await makeLedger();
  const { ledger } = read(whole);
  const { kind, params, code } = recipe('second');
  expect(ledger.wasMadeBy(kind, params, code.digest)).toBe(true);
  expect(ledger.wasMadeBy('other', params, code.digest)).toBe(false);
  expect(ledger.wasMadeBy(kind, { stage: 'other' }, code.digest)).toBe(false);
  expect(ledger.wasMadeBy(kind, params, digestBytes('other'))).toBe(false);
  ledger.invalidate(['second']);
  expect(ledger.wasMadeBy(kind, params, code.digest)).toBe(false);
  await record(ledger, 'second');
  expect(ledger.wasMadeBy(kind, params, code.digest)).toBe(true);
});

test('with the last result that a code has made, the code is forgotten', async () => {
  const { whole, read } = await makeLedger();
  const { ledger } = read(whole);
  const made = { stage: 'own', place: '', outputs: {}, finished: '2026-01-01T00:00:00.000Z', machine: 'some' };
  const own = ledger.record(recipe('own', 'code of its own'), made);
  await ledger.append(ledger.takeUnwritten());
  const codes = (results: readonly LedgerResult[]) =>
    results.map((result) => new Ledger(ledger.path).codeOf(result)?.digest);
  const results = ledger.results();
  expect(codes([own, ...results])).toEqual([own, ...results].map(({ code }) => code));
  await ledger.forget(new Set([own]));
  expect(codes([own, ...results.slice(0, 3)])).toEqual([undefined, ...Array(3).fill(digestBytes('code'))]);
  expect(readFileSync(ledger.path, 'utf8')).not.toContain('invalidation');
});

test('the objects of a result are its outputs, and its log if it has one', () => {
  expect(objectsOf({ outputs: { a: 'digest of a', b: 'digest of b' } })).toEqual(['digest of a', 'digest of b']);
  expect(objectsOf({ outputs: { a: 'digest of a' }, log: 'of the log' })).toEqual(['digest of a', 'of the log']);
});

test('a ledger may be longer than what is held of it at once', async () => {
  const path = join(newFolder(), 'ledger.jsonl');
  const ledger = new Ledger(path);
  const long = 'ä'.repeat(3 * 1024 * 1024);
  const names = Array.from({ length: 3 }, (_, index) => `${index} ${long}`);
  for (const name of names) await record(ledger, name);
  const results = () => new Ledger(path).results().map(({ stage }) => stage);
  expect(results()).toEqual(names);
  const [first] = ledger.results();
  await ledger.forget(new Set(first === undefined ? [] : [first]));
  expect(results()).toEqual(names.slice(1));
});

test('a ledger tells whether the file still holds what it knows', async () => {
  const path = join(newFolder(), 'ledger.jsonl');
  const ledger = new Ledger(path);
  expect(ledger.isAsRead()).toBe(true);
  ledger.record(recipe('unwritten'), { stage: 'first', place: '', outputs: {}, finished: '', machine: 'some' });
  expect(ledger.isAsRead()).toBe(false);
  const lines = ledger.takeUnwritten();
  expect(ledger.isAsRead()).toBe(false);
  await ledger.append(lines);
  expect(ledger.isAsRead()).toBe(true);
  await record(new Ledger(path), 'by another process');
  expect(ledger.isAsRead()).toBe(false);
});
