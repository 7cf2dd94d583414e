import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Checkout } from './checkout.ts';
import type { Digest } from './digest.ts';
import type { Graph, Stage } from './graph.ts';
import type { LedgerResult } from './ledger.ts';
import { type Lock, lockedOutputs } from './lock-file.ts';
import { type Distance, distanceOf } from './numbers.ts';
import { type RunOutcome, type RunRequest, runGraph } from './run.ts';

/** The first output, in the order of the graph, that came out otherwise than the lock says. */
export interface Divergence {
  readonly stage: string;
  readonly output: string;
  /** How far apart the numbers are; undefined if the output is no data, or the checkout has lost what the lock says. */
  readonly distance?: Distance;
}

export interface Rebuild {
  readonly outcome: RunOutcome;
  readonly divergence?: Divergence;
}

/** Runs everything anew in an empty folder, and compares the bytes with the lock. */
export async function rebuild(
  request: Omit<RunRequest, 'checkout' | 'forced' | 'keepGoing'>,
  checkout: Checkout,
  lock: Lock,
): Promise<Rebuild> {
  const folder = mkdtempSync(join(tmpdir(), 'rebuild-'));
  try {
    const empty = new Checkout(checkout.root, relative(checkout.root, folder), join(folder, 'store'));
    await empty.readCode(request.graph);
    const outcome = await runGraph({ ...request, checkout: empty, forced: new Set(), keepGoing: false });
    const divergence = firstDivergence(request.graph, outcome.results, lock, checkout, empty);
    return { outcome, ...(divergence === undefined ? {} : { divergence }) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function firstDivergence(
  graph: Graph,
  results: ReadonlyMap<Stage, LedgerResult>,
  lock: Lock,
  checkout: Checkout,
  rebuilt: Checkout,
): Divergence | undefined {
  for (const stage of graph.values()) {
    for (const [output, digest] of Object.entries(results.get(stage)?.outputs ?? {})) {
      const locked = lockedOutputs(lock, stage.name)[output];
      if (locked === digest) continue;
      const expected = locked === undefined ? undefined : contentsOf(checkout, stage, output, locked);
      const numbers = stage.kind.outputs[output]?.numbers;
      if (expected === undefined || numbers === undefined) return { stage: stage.name, output };
      const distance = distanceOf(numbers(expected), numbers(rebuilt.store.read(digest)));
      return { stage: stage.name, output, distance };
    }
  }
  return undefined;
}

/** The contents that the lock says, from the store or a copy that is in place. */
function contentsOf({ store, place }: Checkout, stage: Stage, output: string, digest: Digest): Buffer | undefined {
  if (store.stateOf(digest) === 'whole') return store.read(digest);
  const copy = place.intactCopy(stage, output, digest);
  return copy === undefined ? undefined : readFileSync(copy);
}
