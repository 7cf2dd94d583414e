import type { Code } from './code.ts';
import { canonicalJson, type Digest, digestList, type JsonObject } from './digest.ts';
import { type Artifact, artifactName, type Stage } from './graph.ts';

/** Version of what a recipe means. Changing it makes every record of the past useless. */
const RECIPE_FORMAT = 'recipe/1';

/** The content wired to each input: digests by the name of the artifact, in the order of the wiring. */
export type InputDigests = Record<string, Record<string, Digest>>;

/** All that decides what a stage makes. */
export interface Recipe {
  readonly digest: Digest;
  readonly kind: string;
  /** Only the stage's own. */
  readonly params: JsonObject;
  readonly inputs: InputDigests;
  readonly code: Code;
}

/** The recipe of a stage, given the digests of the artifacts wired to it. */
export function recipeOf({ kind, params }: Stage, inputs: InputDigests, code: Code): Recipe {
  return makeRecipe({ kind: kind.name, params, inputs, code });
}

/** The recipe that has these parts. */
export function makeRecipe(parts: Omit<Recipe, 'digest'>): Recipe {
  const { kind, params, inputs, code } = parts;
  // By content only: the names of the artifacts stay out, so that a renamed upstream stage changes nothing.
  const contents = Object.fromEntries(Object.entries(inputs).map(([input, wired]) => [input, Object.values(wired)]));
  const digest = digestList([RECIPE_FORMAT, kind, canonicalJson(params), canonicalJson(contents), code.digest]);
  return { digest, ...parts };
}

/** The content wired to a stage's inputs, given the outputs of the stages that it is built from. */
export function inputDigestsOf(
  stage: Stage,
  outputs: ReadonlyMap<Stage, Readonly<Record<string, Digest>>>,
): InputDigests {
  return Object.fromEntries(
    stage.wires.map(({ input, artifacts }) => [
      input,
      Object.fromEntries(artifacts.map((artifact) => [artifactName(artifact), digestOfArtifact(artifact, outputs)])),
    ]),
  );
}

function digestOfArtifact(artifact: Artifact, outputs: ReadonlyMap<Stage, Readonly<Record<string, Digest>>>): Digest {
  const digest = outputs.get(artifact.stage)?.[artifact.output];
  if (digest === undefined) throw new Error(`the digest of ${artifactName(artifact)} is not known yet`);
  return digest;
}
