import * as v from 'valibot';
import type { Format } from './format.ts';
import { jsonFormat } from './json-format.ts';
import { defineKind, many } from './kind.ts';

// How artifacts were made, as a value that stages are built from. Nothing here needs more than a browser has, since
// kinds and pages read it.

const texts = v.record(v.string(), v.string());
const element = v.union([v.string(), texts]);

const provenStage = v.strictObject({
  name: v.string(),
  kind: v.string(),
  params: v.record(v.string(), v.unknown()),
  // The list comes first in the union, since it would pass for a group, too.
  /** For each input the names of artifacts, such as `noisy-mnist/seed=1#dataset`: one, a group, or a list of either. */
  inputs: v.record(v.string(), v.union([v.pipe(v.array(element), v.readonly()), element])),
  recipe: v.string(),
  /** The digest of each output. */
  outputs: texts,
  /** By output, the path at which it is published. */
  publish: texts,
});

const provenKind = v.strictObject({
  /** The digest of its bundle. */
  bundle: v.string(),
  /** What it does beyond computing. */
  effects: v.pipe(v.array(v.string()), v.readonly()),
  /** Whether its code needs what no bundle holds. */
  native: v.boolean(),
  /** What its bundle holds of each file of ours, and of packages. */
  files: texts,
  packages: texts,
});

const provenance = v.strictObject({
  kinds: v.record(v.string(), provenKind),
  /** In the order of their names. */
  stages: v.array(provenStage),
});

export type Provenance = v.InferOutput<typeof provenance>;
export type ProvenStage = v.InferOutput<typeof provenStage>;

const code = v.strictObject({
  /** The digest of the bundle of each module, by its path. */
  modules: texts,
  /** The code of bundles by their digests. */
  bundles: texts,
});

export type CodeTexts = v.InferOutput<typeof code>;

/** The stages that artifacts are made by, up to the sources, with all that decides them. */
export const provenanceFile = jsonFormat('provenance', provenance);

/** The code of modules, as it runs. */
export const codeFile = jsonFormat('code', code);

const anything: Format = { name: 'any', extension: '', encode: refuse, decode: refuse };

/** The kind of stage whose outputs the engine itself provides: how what is wired to it was made, and code. */
export default defineKind({
  name: 'provenance',
  module: import.meta.url,
  params: v.strictObject({}),
  inputs: { of: many(anything) },
  outputs: { provenance: provenanceFile, code: codeFile },
  run: refuse,
});

function refuse(): never {
  throw new Error('the engine makes provenance itself');
}
