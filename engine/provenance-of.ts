import { readFileSync } from 'node:fs';
import type { Codes } from './code.ts';
import { byKey, type Digest } from './digest.ts';
import { mapWire, type Stage } from './graph.ts';
import { codeFile, type Provenance, type ProvenStage, provenanceFile } from './provenance.ts';
import type { Made, MadeBy } from './recipe.ts';

/** What a stage of provenance makes, but for the code itself. */
export interface Slice {
  readonly provenance: Uint8Array;
  /** The digest of the bundle of each module whose code it has, by the path of the module. */
  readonly modules: Readonly<Record<string, Digest>>;
}

/** How what is wired to a stage of provenance was made; undefined of other stages, and if not all of that is made. */
export function sliceOf(stage: Stage, codes: Codes, madeBy: MadeBy): Slice | undefined {
  if (stage.modules === undefined) return undefined;
  const behind = stagesBehind(stage);
  const kinds: Provenance['kinds'] = {};
  const stages: ProvenStage[] = [];
  for (const proven of behind) {
    const made = madeBy(proven);
    if (made === undefined) return undefined;
    stages.push(provenStage(proven, made));
    const { kind, native } = proven;
    const { bundle, files, packages } = codes.of(proven);
    const isNative = native !== undefined || kinds[kind.name]?.native === true;
    kinds[kind.name] = { bundle, effects: kind.effects, native: isNative, files, packages };
  }
  const modules = stage.modules.map((url) => [codes.bundles.nameOf(url), codes.bundles.of(url).digest]);
  return { provenance: provenanceFile.encode({ kinds, stages }), modules: Object.fromEntries(modules) };
}

/** The outputs of a stage of provenance. */
export function outputsOfSlice({ provenance, modules }: Slice, { bundles }: Codes): Record<string, Uint8Array> {
  const texts = Object.values(modules).map((digest) => [digest, readFileSync(bundles.pathOf(digest), 'utf8')]);
  return { provenance, code: codeFile.encode({ modules, bundles: Object.fromEntries(texts) }) };
}

/** All that a stage is built from, by name. */
function stagesBehind(stage: Stage): Stage[] {
  const found = new Set<Stage>();
  const pending = [...stage.upstream];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    pending.push(...next.upstream);
  }
  return [...found].sort((a, b) => byKey([a.name, a], [b.name, b]));
}

function provenStage({ name, kind, params, wires, publish }: Stage, { recipe, outputs }: Made): ProvenStage {
  const inputs = wires.map((wire) => [wire.input, mapWire(wire, (artifact) => artifact.name)]);
  return {
    name,
    kind: kind.name,
    params,
    inputs: Object.fromEntries(inputs),
    recipe,
    outputs,
    publish: Object.fromEntries(publish),
  };
}
