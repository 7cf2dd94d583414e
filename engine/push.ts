import type { KeyObject } from 'node:crypto';
import type { Checkout } from './checkout.ts';
import { type Digest, digestBytes } from './digest.ts';
import { reached } from './fault-points.ts';
import type { Graph, Stage } from './graph.ts';
import type { LedgerResult } from './ledger.ts';
import { sliceOf } from './provenance-of.ts';
import { type Made, recipeOf } from './recipe.ts';
import { MAX_BYTES, type Remote, type Shelf } from './remote.ts';
import { requestAll } from './requests.ts';
import { sealResult } from './shared-result.ts';
import type { SharedStore } from './shared-store.ts';

export interface PushRequest {
  /** The stages whose results are pushed. */
  readonly graph: Graph;
  readonly remote: Remote;
  /** Tells of results that are not here, so that those which were made of them are found. */
  readonly shared: SharedStore;
  /** Signs the results. Without it they serve only those whose lock has them. */
  readonly key: KeyObject | undefined;
  /** Whether results are written that are there already, as by somebody else. */
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
  /** The stages with an object that is too large, or is damaged here. */
  readonly left: readonly string[];
}

/**
 * Brings results to a shared store: first all objects, then the results that need them, so that whatever ends it leaves no result
 * without its objects.
 */
export async function push(checkout: Checkout, request: PushRequest): Promise<Pushed> {
  const { graph, remote, shared, key, again } = request;
  const { found, stale } = await resultsHere(checkout, graph, shared);
  const isThere = await membership(remote, 'ac', again);
  const there = await requestAll(found, ({ recipe }) => isThere(recipe));
  const fresh = found.filter((_, index) => !there[index]);
  const { objects, bytes, bad } = await pushObjects(checkout, remote, fresh);
  const whole = fresh.filter(({ outputs }) => Object.values(outputs).every((digest) => !bad.has(digest)));
  await requestAll(whole, async ({ recipe, outputs, finished, machine }) => {
    await remote.put(`ac/${recipe}`, sealResult({ recipe, outputs, finished, machine }, key));
    reached('push:result');
  });
  const left = fresh.filter((result) => !whole.includes(result)).map(({ stage }) => stage);
  return { results: whole.length, objects, bytes, there: found.length - fresh.length, stale, left };
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

/** Pushes the objects of results that are not there; tells those that can't be. */
async function pushObjects({ store }: Checkout, remote: Remote, results: readonly LedgerResult[]) {
  const isThere = await membership(remote, 'cas', false);
  const bad = new Set<Digest>();
  let objects = 0;
  let bytes = 0;
  const digests = new Set(results.flatMap(({ outputs }) => Object.values(outputs)));
  await requestAll(digests, async (digest) => {
    if (await isThere(digest)) return;
    const contents = store.stateOf(digest) === 'whole' ? store.read(digest) : undefined;
    if (contents === undefined || contents.length > MAX_BYTES || digestBytes(contents) !== digest) {
      bad.add(digest);
      return;
    }
    await remote.put(`cas/${digest}`, contents);
    reached('push:object');
    objects += 1;
    bytes += contents.length;
  });
  return { objects, bytes, bad };
}

/** Tells of what a shelf has: by one listing, or, where there is none, by a question each. */
async function membership(remote: Remote, shelf: Shelf, none: boolean): Promise<(name: Digest) => Promise<boolean>> {
  if (none) return async () => false;
  const listed = await remote.list(shelf);
  if (listed !== undefined) return async (name) => listed.has(name);
  return async (name) => (await remote.modifiedAt(`${shelf}/${name}`)) !== undefined;
}
