import type { Code } from './code.ts';
import { canonicalJson, type Digest, digestList, type Json, type JsonObject } from './digest.ts';
import { type Artifact, artifactsOf, mapWire, type Stage } from './graph.ts';

/** Version of what a recipe means. Changing it makes every record of the past useless. */
const RECIPE_FORMAT = 'recipe/2';

/** The content wired to each input: digests by the name of the artifact, in the order of the wiring. */
export type InputDigests = Readonly<Record<string, Readonly<Record<string, Digest>>>>;

/** What the stages that a stage is built from have made. */
export type OutputDigests = (stage: Stage) => Readonly<Record<string, Digest>> | undefined;

/** All that decides what a stage makes. */
export interface Recipe {
  readonly digest: Digest;
  readonly kind: string;
  /** Only the stage's own. */
  readonly params: JsonObject;
  readonly inputs: InputDigests;
  readonly code: Code;
}

/** The recipe of a stage, given what the stages that it is built from have made; undefined if that is not known of all. */
export function recipeOf(stage: Stage, code: Code, outputsOf: OutputDigests): Recipe | undefined {
  const { kind, params, wires } = stage;
  const digestOf = (artifact: Artifact) => outputsOf(artifact.stage)?.[artifact.output];
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
  // By content only: the names of the artifacts stay out, so that a renamed upstream stage changes nothing.
  const contents = Object.fromEntries(
    wires.map((wire) => [wire.input, mapWire<Json>(wire, (artifact) => digestOf(artifact) ?? null)]),
  );
  const digest = digestList([
    RECIPE_FORMAT,
    kind.name,
    // In their order, which the stage sees.
    JSON.stringify(params),
    canonicalJson(JSON.parse(JSON.stringify(contents))),
    code.digest,
  ]);
  return { digest, kind: kind.name, params, inputs, code };
}
