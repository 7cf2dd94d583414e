import type { Code } from './code.ts';
import { canonicalJson, type Digest, digestBytes, digestList, type Json, type JsonObject } from './digest.ts';
import { type Artifact, artifactsOf, mapWire, type Stage } from './graph.ts';
import type { Slice } from './provenance-of.ts';

/** Version of what a recipe means. With another, nothing is restored that was recorded before. */
const RECIPE_FORMAT = 'recipe/2';

/** By input, the digests of what is wired to it, by the names of the artifacts, in the order of the wiring. */
export type InputDigests = Readonly<Record<string, Readonly<Record<string, Digest>>>>;

/** The digest of each output of a stage, by its name. */
export type Outputs = Readonly<Record<string, Digest>>;

/** What a stage has made, and by what recipe. */
export interface Made {
  readonly recipe: Digest;
  readonly outputs: Outputs;
}

/** Whether these are the outputs that a stage has, and no others. */
export function hasOutputsOf({ files }: Stage, outputs: Outputs): boolean {
  const names = Object.keys(outputs);
  return names.length === files.size && names.every((name) => files.has(name));
}

/** Tells what a stage has made; undefined if that is not known. */
export type MadeBy = (stage: Stage) => Made | undefined;

/** All that decides what a stage makes. */
export interface Recipe {
  readonly digest: Digest;
  readonly kind: string;
  /** The stage's own, not those of what it is built from. */
  readonly params: JsonObject;
  readonly inputs: InputDigests;
  readonly code: Code;
  /** Of a stage of provenance, what it makes. */
  readonly slice?: Slice;
}

/**
 * The recipe of a stage.
 * @param madeBy Tells what the stages that it is built from have made.
 * @param slice Of a stage of provenance, how what is wired to it was made.
 * @returns undefined if not all that is wired to it is known.
 */
export function recipeOf(stage: Stage, code: Code, madeBy: MadeBy, slice?: Slice): Recipe | undefined {
  const { kind, params, wires } = stage;
  const digestOf = (artifact: Artifact) => madeBy(artifact.stage)?.outputs[artifact.output];
  const inputs: Record<string, Record<string, Digest>> = {};
  for (const wire of wires) {
    const digests: Record<string, Digest> = {};
    for (const artifact of artifactsOf(wire)) {
      const digest = digestOf(artifact);
      if (digest === undefined) return undefined;
      digests[artifact.name] = digest;
    }
    inputs[wire.input] = digests;
  }
  if (stage.modules !== undefined && slice === undefined) return undefined;
  if (slice !== undefined) inputs.slice = { stages: digestBytes(slice.provenance), ...slice.modules };
  // By content only: the names of the artifacts stay out, so that a renamed upstream stage changes nothing.
  const contents = Object.fromEntries(
    wires.map((wire) => [wire.input, mapWire<Json>(wire, (artifact) => digestOf(artifact) ?? null)]),
  );
  const digest = digestList([
    RECIPE_FORMAT,
    kind.name,
    // Not canonical, since the stage sees the order of the keys.
    JSON.stringify(params),
    canonicalJson(contents),
    code.digest,
    ...(slice === undefined ? [] : [canonicalJson(inputs.slice ?? {})]),
  ]);
  const made = { digest, kind: kind.name, params, inputs, code };
  return slice === undefined ? made : { ...made, slice };
}
