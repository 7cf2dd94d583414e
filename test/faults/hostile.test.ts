import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, test as plainTest } from 'vitest';
import { checkLock } from '../../engine/check.ts';
import { openCheckout } from '../../engine/checkout.ts';
import { digestBytes } from '../../engine/digest.ts';
import { UserError } from '../../engine/errors.ts';
import { GraphBuilder } from '../../engine/graph-builder.ts';
import { Layout } from '../../engine/layout.ts';
import { Ledger } from '../../engine/ledger.ts';
import { compareLocks } from '../../engine/lock-diff.ts';
import { type Lock, parseLock, textOf } from '../../engine/lock-file.ts';
import { planOf } from '../../engine/plan.ts';
import { barePipeline } from '../support/bare-pipeline.ts';
import { newFolder } from '../support/folder.ts';
import { test } from '../support/project.ts';
import source from '../support/words/stages/source.ts';
import transform from '../support/words/stages/transform.ts';

const root = join(import.meta.dirname, '../..');
const digest = digestBytes('');
const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

const hostileKey = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '../../../../evil',
  '/evil',
  '',
  'source',
  'transform/a',
  'text',
  'stages',
  'kinds',
  'params',
);
const hostileValue = fc.oneof(
  fc.constantFrom('1e999', '-1e999', '123456789012345678901234567890', 'null', '{}', '[]', `"${digest}"`, deep(50)),
  fc.constantFrom(deep(101), deep(20_000), `"${'x'.repeat(100_000)}"`, '"\\u0000"', '"\\ud800"'),
  fc.json({ maxDepth: 4 }),
);

/** JSON text that is like a given value, but with hostile keys and values anywhere in it. */
function hostile(value: unknown): fc.Arbitrary<string> {
  if (typeof value !== 'object' || value === null) return rarely(hostileValue, fc.constant(JSON.stringify(value)));
  const own = Object.entries(value).map(([key, part]) => fc.tuple(fc.constant(key), hostile(part)));
  const more = fc.tuple(hostileKey, fc.oneof(hostileValue, fc.constant(JSON.stringify(value))));
  const entries = fc.tuple(fc.tuple(...own), rarely(fc.tuple(more), fc.constant([])));
  const whole = entries.map(
    ([mine, others]) => `{${[...mine, ...others].map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`,
  );
  return rarely(hostileValue, whole);
}

function rarely<A, B>(rare: fc.Arbitrary<A>, usual: fc.Arbitrary<B>): fc.Arbitrary<A | B> {
  return fc.oneof<fc.WeightedArbitrary<A | B>[]>({ weight: 1, arbitrary: rare }, { weight: 15, arbitrary: usual });
}

const lock: Lock = {
  kinds: new Map([
    ['source', { bundle: digest, files: { 'stages/source.ts': '0123' }, packages: { valibot: '1 0123' } }],
    ['transform', { bundle: digest, files: {}, packages: {} }],
  ]),
  stages: new Map([
    ['source', { kind: 'source', params: { word: 'hello' }, recipe: digest, outputs: { text: digest } }],
    ['transform/a', { kind: 'transform', params: { name: 'a', snr: 0.1 }, recipe: digest, outputs: { text: digest } }],
  ]),
};

/** A lock that was forged with care: whatever it says, its seal is right. */
function sealed(text: string): string {
  const body = text.trimEnd().replace(/\}$/, '');
  const head = `${body}${body.trimEnd().endsWith('{') ? '' : ','}\n`;
  return `${head}"seal": "${digestBytes(head)}"\n}\n`;
}

const result = {
  entry: 'result',
  stage: 'source',
  place: '',
  recipe: digest,
  kind: 'source',
  params: { word: 'hello' },
  inputs: {},
  code: digest,
  outputs: { text: digest },
  log: digest,
  seconds: 1,
  finished: '2026-01-01T00:00:00.000Z',
  machine: 'some',
};
const entries = [
  result,
  { entry: 'code', digest, bundle: digest, files: { 'stages/source.ts': '0123' }, packages: {} },
  { entry: 'invalidation', recipes: [digest], stages: ['source'] },
];

/** A checkout with a store of its own, and a small graph. */
async function makeCheckout() {
  const storeFolder = newFolder();
  const builder = new GraphBuilder();
  const { text } = builder.add('source', source, { params: { word: 'hello' }, inputs: {} });
  builder.add('transform/a', transform, { params: { name: 'a', snr: 0.1 }, inputs: { original: text } });
  const open = async () => {
    const checkout = openCheckout(barePipeline(root), 'out/none', new Layout(root, storeFolder));
    await checkout.codes.read(builder.graph);
    checkout.codes.bundles.save();
    return checkout;
  };
  return { storeFolder, graph: builder.graph, open };
}

function expectNoPollution(): void {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(Object.hasOwn({}, 'a')).toBe(false);
}

const lineOf = (text: string) => `${digestBytes(text).slice(0, 16)} ${text}\n`;

plainTest('whatever a lock holds, it is refused with a message, or compared', async () => {
  const { graph, open } = await makeCheckout();
  const checkout = await open();
  const { seal: _, ...said }: Record<string, unknown> = JSON.parse(textOf(lock));
  const forged = hostile(said).map(sealed);
  let accepted = 0;
  await fc.assert(
    fc.property(fc.oneof({ weight: 5, arbitrary: forged }, { weight: 1, arbitrary: fc.string() }), (text) => {
      let parsed: Lock;
      try {
        parsed = parseLock(text, 'lock');
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        expect(String(error).length).toBeLessThan(5000);
        return;
      }
      accepted += 1;
      expect(JSON.stringify(checkLock(checkout, graph, parsed))).toBeTypeOf('string');
      expect(JSON.stringify(compareLocks(parsed, lock, checkout, graph))).toBeTypeOf('string');
      expect(JSON.stringify(compareLocks(lock, parsed, checkout, graph))).toBeTypeOf('string');
      expectNoPollution();
    }),
    { numRuns: 500, seed: 3 },
  );
  expect(accepted).toBeGreaterThan(20);
});

plainTest('whatever a ledger holds, a plan can be made', async () => {
  const { storeFolder, graph, open } = await makeCheckout();
  const path = join(storeFolder, 'ledger.jsonl');
  const line = fc.oneof(
    { weight: 4, arbitrary: fc.oneof(...entries.map(hostile)).map(lineOf) },
    { weight: 1, arbitrary: fc.string() },
  );
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 4 }), async (lines) => {
      writeFileSync(path, lines.join(''));
      const checkout = await open();
      accepted += checkout.ledger.results().length;
      expect([...planOf(checkout, graph, new Set()).keys()]).toHaveLength(2);
      new Ledger(path).dropDamagedLines();
      expect(new Ledger(path).damagedLines).toEqual([]);
      expectNoPollution();
    }),
    { numRuns: 300, seed: 3 },
  );
  expect(accepted).toBeGreaterThan(20);
});

test('a forged ledger puts no file outside of the project', async ({ project }) => {
  await project.all();
  const ledger = 'artifacts/store/ledger.jsonl';
  const evil = `${project.root}-evil`;
  const texts = project
    .read(ledger)
    .split('\n')
    .map((line) => line.slice(17).replace(/"outputs":\{"(text|figure)"/, `"outputs":{"../../../../${evil}"`));
  project.write(
    ledger,
    texts
      .filter((text) => text !== '')
      .map(lineOf)
      .join(''),
  );
  for (const folder of ['artifacts/source', 'figures']) project.delete(folder);
  expect(await project.all()).toMatchObject({ exitCode: 0, summary: { failed: [] } });
  expect(existsSync(evil)).toBe(false);
  expect(project.files('artifacts').filter((path) => path.includes('evil'))).toEqual([]);
  expect(project.read('figures/figure.txt')).toBe('ifmmp-khoor-mjqqt (up to t)\n');
});

test('a lock that is too large, nested too deep or infinite is refused at once, and by the next run, too', async ({
  project,
}) => {
  await project.all();
  const path = 'artifacts/lock.json';
  const whole = project.read(path);
  const infinite = whole.replace('"params":{', () => '"params":{"far":1e999,');
  const nested = whole.replace('"params":{', () => `"params":{"deep":${deep(200_000)},`);
  for (const [text, size, problem] of [
    [nested, nested.length, 'it is nested too deep'],
    [infinite, infinite.length, 'it is infinite'],
    ['[', 200 * 1024 * 1024, 'it is too large'],
    ['['.repeat(1_000_000), 1_000_000, 'it is not JSON'],
  ] as const) {
    project.write(path, text);
    truncateSync(project.path(path), size);
    for (const command of ['check', 'check --rebuild', 'all', 'run source']) {
      const refused = await project.run(...command.split(' '));
      expect(refused, `${command}: ${problem}`).toMatchObject({ exitCode: 1, stdout: '', ran: [] });
      expect(refused.stderr.length).toBeLessThan(2000);
      expect(refused.stderr).toContain(problem);
      expect(refused.stderr).not.toMatch(/^ +at |defect/m);
    }
  }
  project.delete(path);
  expect((await project.all()).exitCode).toBe(0);
  expect(project.read(path)).toBe(whole);
});

plainTest('a ledger that is one endless line is damaged, and takes no memory for it', () => {
  const path = join(newFolder(), 'store/ledger.jsonl');
  mkdirSync(dirname(path));
  writeFileSync(path, '');
  truncateSync(path, 600 * 1024 * 1024);
  expect(new Ledger(path).damagedLines).toEqual([1]);
});
