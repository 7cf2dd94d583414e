import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { type Kept, openCheckout, readAgain } from '../../engine/checkout.ts';
import { modulesOf } from '../../engine/code.ts';
import { EarlierResults } from '../../engine/earlier-results.ts';
import type { Event } from '../../engine/events.ts';
import type { Executor } from '../../engine/executor.ts';
import { defineFormat } from '../../engine/format.ts';
import type { Artifact, Graph, Stage } from '../../engine/graph.ts';
import { GraphBuilder } from '../../engine/graph-builder.ts';
import { defineKind, many } from '../../engine/kind.ts';
import { Layout } from '../../engine/layout.ts';
import { Ledger } from '../../engine/ledger.ts';
import { planOf } from '../../engine/plan.ts';
import { runGraph } from '../../engine/run.ts';
import { Session } from '../../engine/session.ts';
import { barePipeline } from '../support/bare-pipeline.ts';

/** A pipeline of sums: each stage adds its code, its param and its inputs, modulo three, so that many changes change nothing. */
interface World {
  readonly root: string;
  readonly kinds: readonly SumKind[];
  readonly codes: number[];
  readonly stages: { kind: number; value: number; inputs: number[]; present: boolean }[];
}

const KINDS = 2;
const STAGES = 6;
const MODULUS = 3;
const FOR_ALL = Number.POSITIVE_INFINITY;
/** After how many stages a run is interrupted. */
const MOST = [0, 1, 2, FOR_ALL, FOR_ALL, FOR_ALL, FOR_ALL, FOR_ALL, FOR_ALL];
const sum = defineFormat({
  name: 'sum',
  extension: 'txt',
  encode: (text: string) => new TextEncoder().encode(text),
  decode: (bytes) => new TextDecoder().decode(bytes),
});

type SumKind = ReturnType<typeof kindIn>;

const index = fc.nat(STAGES - 1);
const value = fc.nat(MODULUS - 1);

/** What people do to a checkout between two runs. */
const edit = fc.oneof(
  fc.record({ edit: fc.constant('param'), stage: index, value }),
  fc.record({ edit: fc.constant('code'), kind: fc.nat(KINDS - 1), value }),
  fc.record({ edit: fc.constant('inputs'), stage: index, inputs: fc.uniqueArray(index, { maxLength: 3 }) }),
  fc.record({ edit: fc.constant('presence'), stage: index }),
  fc.record({ edit: fc.constant('invalidate'), stage: index }),
  fc.record({ edit: fc.constant('output'), stage: index, gone: fc.boolean() }),
  fc.record({ edit: fc.constant('in place'), stage: index }),
  fc.record({ edit: fc.constant('object'), number: fc.nat(99), gone: fc.boolean() }),
  fc.record({ edit: fc.constant('object and copies'), stage: index }),
);
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

function apply(world: World, change: Edit): void {
  const path = (file: string) => join(world.root, file);
  if ('stage' in change) {
    const stage = world.stages[change.stage];
    if (stage === undefined) return;
    const output = path(`artifacts/s${change.stage}/sum.txt`);
    if (change.edit === 'invalidate') ledgerOf(world).invalidate([`s${change.stage}`]);
    else if (change.edit === 'in place') editInPlace(output);
    else if (change.edit === 'presence') stage.present = !stage.present;
    else if ('value' in change) stage.value = change.value;
    else if ('inputs' in change) stage.inputs = change.inputs.filter((input) => input < change.stage);
    else if ('gone' in change) damage(output, change.gone);
    else {
      const { ledger, store } = checkoutOf(world);
      const last = ledger.lastResult(`s${change.stage}`, '');
      for (const digest of Object.values(last?.outputs ?? {})) damage(store.pathOf(digest), true);
      damage(output, true);
    }
  } else if ('kind' in change) {
    world.codes[change.kind] = change.value;
  } else {
    const objects = objectsOf(world);
    const object = objects[change.number % Math.max(1, objects.length)];
    if (object !== undefined) damage(object, change.gone);
  }
}

function ledgerOf({ root }: World): Ledger {
  return new Ledger(new Layout(root).ledger);
}

function checkoutOf({ root }: World) {
  return openCheckout(barePipeline(root), '');
}

/** Writes to a file as an editor does that keeps the file, and so to all its links. */
function editInPlace(path: string): void {
  if (!existsSync(path)) return;
  chmodSync(path, 0o644);
  writeFileSync(path, 'edited');
}

function objectsOf({ root }: World): string[] {
  const folder = join(root, 'artifacts/store/objects');
  mkdirSync(folder, { recursive: true });
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return found.map((entry) => join(entry.parentPath, entry.name)).sort();
}

function damage(path: string, gone: boolean): void {
  rmSync(path, { force: true });
  if (gone) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'damaged');
}

function kindIn(root: string, number: number) {
  return defineKind({
    name: `kind-${number}`,
    module: pathToFileURL(join(root, `kind-${number}.ts`)).href,
    params: v.strictObject({ stage: v.number(), value: v.number() }),
    inputs: { terms: many(sum) },
    outputs: { sum },
    run: () => ({ sum: '' }),
  });
}

function graphOf({ root, kinds, codes, stages }: World, before?: Graph): Graph {
  codes.forEach((code, i) => {
    writeFileSync(join(root, `kind-${i}.ts`), `export const code = ${code};\n`);
  });
  const builder = new GraphBuilder(before);
  const sums = new Map<number, Artifact<'sum'>>();
  stages.forEach(({ kind, value, inputs, present }, stage) => {
    const made = kinds[kind];
    if (!present || made === undefined) return;
    const terms = inputs.flatMap((input) => sums.get(input) ?? []);
    sums.set(stage, builder.add(`s${stage}`, made, { params: { stage, value }, inputs: { terms } }).sum);
  });
  return builder.graph;
}

/** What each stage should hold. */
function sumsOf({ codes, stages }: World): Map<string, string> {
  const sums = new Map<string, string>();
  stages.forEach(({ kind, value, inputs, present }, stage) => {
    const terms = inputs.flatMap((input) => sums.get(`s${input}`) ?? []);
    if (present) sums.set(`s${stage}`, sumText(stage, codes[kind] ?? 0, value, terms));
  });
  return sums;
}

/** The number of the stage is part of it, so that no two stages share an object. */
function sumText(stage: number, code: number, value: number, terms: readonly string[]): string {
  const total = terms.reduce((whole, term) => whole + Number(term.split(':')[1]), code + value);
  return `${stage}:${total % MODULUS}`;
}

/** Does the work of stages in this process, and notes which. */
class AddingExecutor implements Executor {
  readonly slots = 2;
  readonly room = 2;
  readonly ran: string[] = [];
  readonly #onRun: (ran: number) => void;

  /** @param onRun Is told of each run, and of how many there were before. */
  constructor(onRun: (before: number) => void) {
    this.#onRun = onRun;
  }

  async run({ stage, bundle, params, inputs }: Parameters<Executor['run']>[0]) {
    this.#onRun(this.ran.length);
    this.ran.push(stage);
    const code = Number(/code = (\d+)/.exec(readFileSync(bundle, 'utf8'))?.[1]);
    const terms = Object.values(inputs.terms ?? {}).map(([path]) => readFileSync(String(path), 'utf8'));
    const text = sumText(Number(params.stage), code, Number(params.value), terms);
    const cost = { seconds: 0, machine: 'none', peakBytes: 0 };
    return { ok: true, outputs: { sum: sum.encode(text) }, ...cost, log: new Uint8Array() } as const;
  }

  forget(): void {}

  async close(): Promise<void> {}
}

/** The stages of some numbers, as far as they are there. */
function stagesIn(graph: Graph, numbers: readonly number[]): Set<Stage> {
  return new Set(numbers.flatMap((number) => graph.get(`s${number}`) ?? []));
}

async function plan(world: World, forced: readonly number[] = []) {
  const checkout = checkoutOf(world);
  const graph = graphOf(world);
  await checkout.codes.read(graph);
  return [...planOf(checkout, graph, stagesIn(graph, forced))].map(([{ name }, assessment]) => ({ name, assessment }));
}

/** What a process keeps that runs again. */
class Memory {
  readonly kept: Kept = {};
  readonly earlier = new EarlierResults();
  graph: Graph | undefined;
}

interface RunOptions {
  /** Of the process, if it is one that runs again. */
  readonly memory?: Memory | undefined;
  /** The number of stages after which the run is interrupted. */
  readonly most?: number;
  readonly forced?: readonly number[];
}

async function all(world: World, { memory, most = FOR_ALL, forced = [] }: RunOptions = {}) {
  const graph = graphOf(world, memory?.graph);
  const interruption = new AbortController();
  const { signal } = interruption;
  const events: Event[] = [];
  const emit = (event: Event) => void events.push(event);
  const opened = { pipeline: barePipeline(world.root), placeFolder: '', owner: 'test', emit, signal };
  if (memory !== undefined) {
    memory.graph = graph;
    await readAgain(memory.kept, modulesOf(graph));
  }
  return Session.during({ ...opened, ...(memory && { kept: memory.kept }) }, async (session) => {
    const { codes } = session.checkout;
    await codes.read(graph);
    await codes.bundles.write(modulesOf(graph), () => {});
    const executor = new AddingExecutor((before) => before >= most && interruption.abort());
    const choices = { lock: undefined, forced: stagesIn(graph, forced), accepted: new Set<never>(), keepGoing: false };
    const remembered = memory && { earlier: memory.earlier };
    const request = { session, graph, ...choices, options: {}, executor, signal, ...remembered };
    const { summary, results } = await runGraph(request);
    memory?.earlier.note(codes, results);
    session.save();
    expect(summary.failed).toEqual([]);
    if (!summary.interrupted) expect(summary.ran.toSorted()).toEqual(executor.ran.toSorted());
    expect(startedBefore(graph, events, 'stage-ran')).toEqual([]);
    return { ...summary, headStarts: startedBefore(graph, events, 'stage-fresh').length };
  });
}

/** The stages that started before something that they are built from had come to an event. */
function startedBefore(graph: Graph, events: readonly Event[], end: 'stage-ran' | 'stage-fresh'): string[] {
  const at = (event: Event['event'], name: string) =>
    events.findIndex((found) => found.event === event && 'stage' in found && found.stage === name);
  const starts = [...graph.values()].map((stage) => ({ stage, start: at('stage-started', stage.name) }));
  const early = starts.filter(
    ({ stage, start }) => start >= 0 && [...stage.upstream].some(({ name }) => at(end, name) > start),
  );
  return early.map(({ stage }) => stage.name);
}

test('whatever was edited, a run does what the plan says, makes what it should, and leaves nothing to do', async () => {
  const counts = { fresh: 0, run: 0, restored: 0, early: 0, headStarts: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ kind: fc.nat(KINDS - 1), value, inputs: fc.uniqueArray(index, { maxLength: 3 }) }), {
        minLength: STAGES,
        maxLength: STAGES,
      }),
      fc.array(
        fc.record({
          edits: fc.array(edit, { minLength: 1, maxLength: 3 }),
          most: fc.constantFrom(...MOST),
          forced: fc.uniqueArray(index, { maxLength: 1 }),
        }),
        { minLength: 2, maxLength: 6 },
      ),
      fc.constantFrom(true, true, false),
      async (stages, rounds, isOneProcess) => {
        const root = mkdtempSync(join(tmpdir(), 'plan-test-'));
        const memory = isOneProcess ? new Memory() : undefined;
        const codes = Array.from({ length: KINDS }, (_, i) => i);
        const world: World = {
          root,
          kinds: codes.map((i) => kindIn(root, i)),
          codes,
          stages: stages.map((stage, i) => ({
            ...stage,
            inputs: stage.inputs.filter((input) => input < i),
            present: true,
          })),
        };
        try {
          for (const { edits, most, forced } of [{ edits: [], most: FOR_ALL, forced: [] }, ...rounds]) {
            for (const change of edits) apply(world, change);
            if (most < FOR_ALL) await all(world, { memory, most });
            const planned = await plan(world, forced);
            const { ran, restored, fresh, headStarts } = await all(world, { memory, forced });
            for (const { name, assessment } of planned) {
              const restorable = 'restorable' in assessment && assessment.restorable !== undefined;
              if (assessment.state === 'fresh') expect(fresh).toContain(name);
              else if (restorable) expect(restored).toContain(name);
              else if (assessment.state === 'stale') expect(ran).toContain(name);
              if (assessment.state !== 'fresh') expect(assessment.reasons).not.toEqual([]);
              if (assessment.state === 'unknown' && fresh.includes(name)) counts.early += 1;
            }
            counts.fresh += fresh.length;
            counts.run += ran.length;
            counts.restored += restored.length;
            counts.headStarts += headStarts;
            for (const [name, text] of sumsOf(world)) {
              expect(readFileSync(join(world.root, 'artifacts', name, 'sum.txt'), 'utf8')).toBe(text);
            }
            expect((await plan(world)).filter(({ assessment }) => assessment.state !== 'fresh')).toEqual([]);
            expect(await all(world)).toMatchObject({ ran: [], restored: [] });
          }
        } finally {
          rmSync(world.root, { recursive: true, force: true });
        }
      },
    ),
    { numRuns: 60 },
  );
  // The edits came to all that can happen to a stage.
  expect(Math.min(...Object.values(counts))).toBeGreaterThan(5);
});
