import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { defineFormat } from '../../engine/format.ts';
import { artifactsOf, type Graph, type Stage } from '../../engine/graph.ts';
import { type Artifacts, GraphBuilder } from '../../engine/graph-builder.ts';
import { defineKind, many } from '../../engine/kind.ts';

const text = defineFormat({ name: 'text', extension: 'txt', encode: () => new Uint8Array(), decode: () => '' });

const params = v.strictObject({ n: v.number(), other: v.optional(v.unknown(), 0) });
const source = defineKind({
  name: 'source',
  module: 'file:///source.ts',
  params,
  inputs: {},
  outputs: { left: text, right: text },
  run: () => ({ left: '', right: '' }),
});
const joined = defineKind({
  name: 'joined',
  module: 'file:///joined.ts',
  params,
  inputs: { pair: { left: text, right: text }, all: many(text) },
  outputs: { left: text, right: text },
  native: ({ n }) => (n > 1 ? { packages: ['sharp'], portable: true } : undefined),
  run: () => ({ left: '', right: '' }),
});

/** What is to be added of one stage; numbers choose among the stages before it. */
interface Plan {
  readonly n: number;
  readonly hasOther: boolean;
  readonly other: unknown;
  readonly from: number | undefined;
  readonly all: readonly number[];
  readonly isCrossed: boolean;
  readonly path: string | undefined;
}

const others: fc.Arbitrary<unknown> = fc.constantFrom(undefined, 0, null, { a: 1, b: 2 }, { b: 2, a: 1 }, [1, [2]]);
const fields = {
  n: fc.constantFrom(1, 2),
  hasOther: fc.boolean(),
  other: others,
  from: fc.option(fc.nat(4), { nil: undefined }),
  all: fc.uniqueArray(fc.nat(4), { maxLength: 3 }),
  isCrossed: fc.boolean(),
  path: fc.constantFrom(undefined, 'a.txt', 'b.txt', 'both', 'both, in the other order'),
};
const plan: fc.Arbitrary<Plan> = fc.record(fields);
const edit: fc.Arbitrary<Partial<Plan>> = fc.oneof(
  fc.constant({}),
  ...Object.entries(fields).map(([name, values]) => values.map((value) => ({ [name]: value }))),
);

type Made = Artifacts<typeof source.outputs>;

/** The graph of some stages, named by their places. What can't be wired is wired to what can. */
function graphOf(plans: readonly Plan[], before?: Graph): Graph {
  const builder = new GraphBuilder(before);
  const made: Made[] = [];
  const add = ({ n, hasOther, other, from, all, isCrossed, path }: Plan, index: number): Made => {
    const options = {
      params: hasOther ? { other, n } : { n },
      ...(path === undefined ? {} : { publish: publishedAt(`${index}/${path}`) }),
    };
    const [first] = made;
    if (first === undefined || from === undefined)
      return builder.add(`stage-${index}`, source, { ...options, inputs: {} });
    const { left, right } = made[from % made.length] ?? first;
    const chosen = [...new Set(all.map((which) => made[which % made.length] ?? first))];
    return builder.add(`stage-${index}`, joined, {
      ...options,
      inputs: { pair: isCrossed ? { left: right, right: left } : { left, right }, all: chosen.map(({ left }) => left) },
    });
  };
  for (const [index, plan] of plans.entries()) made.push(add(plan, index));
  return builder.graph;
}

function publishedAt(path: string): { readonly left?: string; readonly right?: string } {
  if (!path.includes('both')) return { left: path };
  const [left, right] = ['left', 'right'].map((output) => path.replace(/both.*/, output));
  return path.includes('other') ? { right, left } : { left, right };
}

/** All that a stage is, with the names of what it is wired to. */
function described({ kind, wires, artifacts, upstream, ...stage }: Stage) {
  return {
    ...stage,
    params: JSON.stringify(stage.params),
    publish: [...stage.publish],
    kind: kind.name,
    wires: wires.map((wire) => artifactsOf(wire).map(({ name }) => name)),
    artifacts: Object.values(artifacts).map(({ name }) => name),
    upstream: [...upstream].map(({ name }) => name),
  };
}

test('what is built on what was built before is what is built anew, and keeps all that is as it was', () => {
  fc.assert(
    fc.property(
      fc.array(plan, { minLength: 1, maxLength: 5 }),
      fc.array(edit, { minLength: 5, maxLength: 5 }),
      (plans, edits) => {
        const before = graphOf(plans);
        const edited = plans.map((plan, index) => ({ ...plan, ...edits[index] }));
        const after = graphOf(edited, before);
        expect([...after.values()].map(described)).toEqual([...graphOf(edited).values()].map(described));
        for (const stage of after.values()) {
          const old = before.get(stage.name);
          const upstream = stage.wires.flatMap((wire) => artifactsOf(wire).map(({ stage }) => stage));
          const isAsBefore = old !== undefined && JSON.stringify(described(old)) === JSON.stringify(described(stage));
          const isKept = isAsBefore && upstream.every(({ name }) => before.get(name) === after.get(name));
          if (old === stage) expect(isKept).toBe(true);
          for (const { name } of upstream) expect(upstream).toContain(after.get(name));
        }
        // What is no plain JSON is not compared.
        const isPlain = edited.every(({ hasOther, other }) => !hasOther || other !== undefined);
        if (isPlain) for (const [name, stage] of graphOf(edited, after)) expect(after.get(name)).toBe(stage);
      },
    ),
    { numRuns: 500 },
  );
});
