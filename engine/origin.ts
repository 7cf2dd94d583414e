import { readFileSync, statSync } from 'node:fs';
import { checkLock, type Difference } from './check.ts';
import type { Checkout } from './checkout.ts';
import { digestBytes } from './digest.ts';
import { type Graph, type Stage, withUpstream } from './graph.ts';
import type { Lock } from './lock-file.ts';

/** The size of a file from which Node does not read it as a whole, as it does every output. */
const MAX_BYTES = 0x7fff_ffff;

/**
 * By what a file was found to be of a stage: by its digest in the lock or the ledger, or only by what it says itself.
 */
export type Witness = 'lock' | 'ledger' | 'its own description';

/** Where a file comes from. */
export interface Origin {
  readonly stage: Stage;
  /** Undefined if only the description of the file was found to be the stage's. */
  readonly output: string | undefined;
  readonly witness: Witness;
  /** All that the stage is built from, itself included. */
  readonly slice: Graph;
  /** What of that is not as locked. If nothing is, today's code makes what the lock says. */
  readonly differences: readonly Difference[];
}

/**
 * The stage that made a file, wherever the file is: by its digest, or else by the description that a picture holds.
 * @param param The param of stages with which the descriptions of their pictures begin; undefined if they have none.
 * @returns undefined if nothing here knows the file.
 */
export function originOf(
  checkout: Checkout,
  graph: Graph,
  lock: Lock,
  path: string,
  param: string | undefined,
): Origin | undefined {
  if (statSync(path).size > MAX_BYTES) return undefined;
  const contents = readFileSync(path);
  const found = byDigest(checkout, graph, lock, contents) ?? byDescription(graph, contents, param);
  if (found === undefined) return undefined;
  const slice = withUpstream(graph, [found.stage]);
  const ofSlice = { ...lock, stages: new Map([...lock.stages].filter(([name]) => slice.has(name))) };
  return { ...found, slice, differences: checkLock(checkout, slice, ofSlice) };
}

type Found = Pick<Origin, 'stage' | 'output' | 'witness'>;

/** Stages may share bytes, such as those of an empty table: one that publishes them comes first. */
function byDigest({ ledger }: Checkout, graph: Graph, lock: Lock, contents: Uint8Array): Found | undefined {
  const digest = digestBytes(contents);
  const found = (
    [
      ['lock', [...lock.stages].map(([name, { outputs }]) => ({ name, outputs }))],
      ['ledger', ledger.results().map(({ stage, outputs }) => ({ name: stage, outputs }))],
    ] as const
  ).flatMap(([witness, made]) =>
    made.flatMap(({ name, outputs }): (Found & { output: string })[] => {
      const stage = graph.get(name);
      const output = Object.keys(outputs).find((each) => outputs[each] === digest);
      return stage === undefined || output === undefined ? [] : [{ stage, output, witness }];
    }),
  );
  return found.find(({ stage, output }) => stage.publish.has(output)) ?? found[0];
}

/** A picture that was drawn anew, or packed otherwise, still holds its description as text. */
function byDescription(graph: Graph, contents: Uint8Array, param: string | undefined): Found | undefined {
  const text = descriptionIn(contents);
  if (text === undefined || param === undefined) return undefined;
  const described = [...graph.values()].filter((stage) => {
    const start = stage.params[param];
    return typeof start === 'string' && text.startsWith(`${start}. `);
  });
  const [stage] = described;
  return stage === undefined ? undefined : { stage, output: undefined, witness: 'its own description' };
}

/** The description in an SVG, or in a PNG's text chunk. */
function descriptionIn(contents: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(contents);
  return /<desc>([^<]*)/.exec(text)?.[1] ?? /iTXtDescription\0{5}([^\0]*)/.exec(text)?.[1];
}
