import type { ProvenStage } from '../engine/provenance.ts';

/** All that a stage is built from, itself included. */
export function sliceOf(name: string, stages: ReadonlyMap<string, ProvenStage>): Set<string> {
  const found = new Set<string>();
  const pending = [name];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const stage = stages.get(next);
    if (stage === undefined || found.has(next)) continue;
    found.add(next);
    pending.push(...upstreamOf(stage));
  }
  return found;
}

/** The stages that a stage is built from, each once. */
export function upstreamOf({ inputs }: ProvenStage): string[] {
  const names = Object.values(inputs).flatMap((wired) =>
    (isList(wired) ? wired : [wired]).flatMap((element) =>
      typeof element === 'string' ? [element] : Object.values(element),
    ),
  );
  return [...new Set(names.map((name) => artifactOf(name).stage))];
}

/** What the name of an artifact, such as `noisy-mnist/seed=1#dataset`, is made of. */
export function artifactOf(name: string): { stage: string; output: string } {
  const at = name.lastIndexOf('#');
  return { stage: name.slice(0, at), output: name.slice(at + 1) };
}

/** Whether an input is wired to a list, rather than to one artifact or group. */
export function isList(
  wired: ProvenStage['inputs'][string],
): wired is Exclude<ProvenStage['inputs'][string], string | Record<string, string>> {
  return Array.isArray(wired);
}
