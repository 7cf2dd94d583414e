import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import * as v from 'valibot';
import { type Checkout, damagedPaths } from './checkout.ts';
import { digestBytes, digestSchema } from './digest.ts';
import { pathsBelow, statsAt } from './files.ts';
import { objectsOf } from './ledger-entry.ts';

/** Something in the store that is not as it should be. */
export interface Flaw {
  readonly path: string;
  readonly flaw: 'damaged' | 'missing' | 'stray';
  /** The stages whose results need it. */
  readonly stages: readonly string[];
}

/** What a look at the whole store has found. */
export interface Verification {
  readonly objects: number;
  readonly results: number;
  readonly damagedLedgerLines: readonly number[];
  readonly flaws: readonly Flaw[];
}

/** Reads the whole store, trusting nothing that is remembered of it. Changes nothing. */
export function verifyStore(checkout: Checkout): Verification {
  const { layout, store, ledger } = checkout;
  const stagesOf = new Map<string, string[]>();
  for (const result of ledger.results()) {
    for (const digest of objectsOf(result)) {
      stagesOf.set(digest, [...(stagesOf.get(digest) ?? []), result.stage]);
    }
  }
  const found = new Set<string>();
  const damaged = new Set(damagedPaths(checkout));
  const flaws = [...damaged].map((path): Flaw => ({ path, flaw: 'damaged', stages: [] }));
  for (const path of pathsBelow(layout.objects)) {
    if (damaged.has(path)) continue;
    const digest = store.digestAt(path);
    const stages = stagesOf.get(digest) ?? [];
    if (!v.is(digestSchema, digest)) flaws.push({ path, flaw: 'stray', stages });
    else if (!statsAt(path)?.isFile() || digestBytes(readFileSync(path)) !== digest) {
      flaws.push({ path, flaw: 'damaged', stages });
    }
    found.add(digest);
  }
  for (const path of pathsBelow(layout.bundles)) {
    const isWhole = statsAt(path)?.isFile() && `${digestBytes(readFileSync(path))}.mjs` === basename(path);
    // A power cut may leave a part of a file: that is written again, or removed by gc.
    if (damaged.has(path) || isWhole || path.endsWith('.part')) continue;
    flaws.push({ path, flaw: 'damaged', stages: [] });
  }
  for (const [digest, stages] of stagesOf) {
    if (!found.has(digest)) flaws.push({ path: store.pathOf(digest), flaw: 'missing', stages });
  }
  return { objects: found.size, results: ledger.results().length, damagedLedgerLines: ledger.damagedLines, flaws };
}
