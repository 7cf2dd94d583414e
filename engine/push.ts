import type { KeyObject } from 'node:crypto';
import type { Checkout } from './checkout.ts';
import { type Digest, digestBytes } from './digest.ts';
import { reached } from './fault-points.ts';
import type { Graph, Stage } from './graph.ts';
import type { LedgerResult } from './ledger-entry.ts';
import { sliceOf } from './provenance-of.ts';
import { type Made, recipeOf } from './recipe.ts';
import { MAX_BYTES, type Remote, type Shelf } from './remote.ts';
import { requestAll } from './requests.ts';
import { sealResult } from './shared-result.ts';
import type { SharedStore } from './shared-store.ts';

/** What is pushed, and whither. */
export interface PushRequest {
  /** The stages whose results are pushed. */
  readonly graph: Graph;
  readonly remote: Remote;
  /** Tells of results that are not here, since recipes of results that are depend on them. */
  readonly shared: SharedStore;
  /** Signs what was made here. Unsigned results are taken only by those whose lock has them. */
  readonly key: KeyObject | undefined;
  /** Whether what is there is written again: all objects and, if there is a key, all results. */
  readonly again: boolean;
}

/** What a push has brought to the remote, and what it has not. */
export interface Pushed {
  readonly results: number;
  readonly objects: number;
  readonly bytes: number;
  /** The results that were there before. */
  readonly there: number;
  /** The stages that have no result here. */
  readonly stale: readonly string[];
  /** The stages of which an object can't be pushed, and why. */
  readonly left: readonly { readonly stage: string; readonly because: string }[];
}

/**
 * Brings results to a shared store: objects first, so that whatever ends a push leaves no result without its objects.
 * @throws {UserError} if the remote can't be written.
 */
export async function push(checkout: Checkout, request: PushRequest): Promise<Pushed> {
  const { graph, remote, shared, key, again } = request;
  const { found, stale } = await resultsHere(checkout, graph, shared);
  const isThere = again && key !== undefined ? undefined : await membership(remote, 'ac');
  const there = isThere === undefined ? [] : await requestAll(found, ({ recipe }) => isThere(recipe));
  const { objects, bytes, bad } = await pushObjects(checkout, remote, found, again);
  const problemOf = ({ outputs }: LedgerResult) => {
    const digest = Object.values(outputs).find((output) => bad.has(output));
    return digest === undefined ? undefined : bad.get(digest);
  };
  const left = found.flatMap((result) => {
    const because = problemOf(result);
    return because === undefined ? [] : [{ stage: result.stage, because }];
  });
  const fresh = found.filter((result, index) => !there[index] && problemOf(result) === undefined);
  await requestAll(fresh, async ({ recipe, outputs, seconds }) => {
    // Without seconds it was fetched, and only who made it can sign for it.
    await remote.put(`ac/${recipe}`, sealResult({ recipe, outputs }, seconds === undefined ? undefined : key));
    reached('push:result');
  });
  return { results: fresh.length, objects, bytes, there: there.filter(Boolean).length, stale, left };
}

/** The results that the stages have here, one a recipe, and the stages whose result nobody has. */
async function resultsHere(checkout: Checkout, graph: Graph, shared: SharedStore) {
  const { codes, ledger } = checkout;
  await codes.read(graph);
  const found = new Map<Digest, LedgerResult>();
  const made = new Map<Stage, Made>();
  const madeBy = (stage: Stage) => made.get(stage);
  for (const stage of graph.values()) {
    const recipe = recipeOf(stage, codes.of(stage), madeBy, sliceOf(stage, codes, madeBy))?.digest;
    if (recipe === undefined) continue;
    const here = ledger.resultOf(recipe);
    if (here !== undefined) found.set(recipe, here);
    const outputs = here?.outputs ?? (await shared.outputsOf(stage, recipe));
    if (outputs !== undefined) made.set(stage, { recipe, outputs });
  }
  const stale = [...graph.values()].filter((stage) => !made.has(stage)).map(({ name }) => name);
  return { found: [...found.values()], stale };
}

/** Pushes the objects of results that are not there yet. `bad`: those that can't be pushed, and why. */
async function pushObjects({ store }: Checkout, remote: Remote, results: readonly LedgerResult[], again: boolean) {
  const isThere = again ? async () => false : await membership(remote, 'cas');
  const bad = new Map<Digest, string>();
  let objects = 0;
  let bytes = 0;
  const digests = new Set(results.flatMap(({ outputs }) => Object.values(outputs)));
  await requestAll(digests, async (digest) => {
    if (await isThere(digest)) return;
    const state = store.stateOf(digest);
    const contents = state === 'whole' ? store.read(digest) : undefined;
    if (contents === undefined || digestBytes(contents) !== digest) {
      bad.set(digest, `an object of it is ${state === 'missing' ? 'missing' : 'damaged'} here`);
    } else if (contents.length > MAX_BYTES) {
      bad.set(digest, 'an object of it is too large to be shared');
    } else {
      await remote.put(`cas/${digest}`, contents);
      reached('push:object');
      objects += 1;
      bytes += contents.length;
    }
  });
  return { objects, bytes, bad };
}

/** Tells whether a shelf has something: by one listing of it, or by a question each, if the remote has no listings. */
async function membership(remote: Remote, shelf: Shelf): Promise<(name: Digest) => Promise<boolean>> {
  const listed = await remote.list(shelf);
  if (listed !== undefined) return async (name) => listed.has(name);
  return async (name) => (await remote.modifiedAt(`${shelf}/${name}`)) !== undefined;
}
