import picomatch from 'picomatch';
import { UsageError } from '../engine/errors.ts';
import type { Graph, Stage } from '../engine/graph.ts';
import { nearest } from './nearest.ts';

/**
 * The stages that the targets name: by name, by a folder of names, or by a glob over either, such as `train-*`.
 * @throws {UsageError} if a target names none.
 */
export function stagesNamed(graph: Graph, targets: readonly string[]): Set<Stage> {
  return new Set(targets.flatMap((target) => matching(graph, target)));
}

function matching(graph: Graph, target: string): Stage[] {
  const matches = matcherOf(target);
  const found = [...graph.values()].filter(({ name }) => foldersOf(name).some((folder) => matches(folder)));
  if (found.length > 0) return found;
  const publisher = [...graph.values()].find(({ publish }) => [...publish.values()].includes(target));
  if (publisher !== undefined)
    throw new UsageError(`no stage is named '${target}': it is what '${publisher.name}' publishes`);
  const names = [...new Set([...graph.keys()].flatMap(foldersOf))];
  throw new UsageError(`no stage is named '${target}': did you mean '${nearest(target, names)}'? (list shows all)`);
}

/** No name is longer, and picomatch refuses much longer globs by an error that is none for people. */
const LONGEST = 1000;

function matcherOf(target: string): (name: string) => boolean {
  if (target === '' || target.length > LONGEST)
    throw new UsageError('a target is a name, a folder of names, or a glob over either');
  return picomatch(target.replace(/\/+$/, ''), { nonegate: true });
}

/** A name and the folders that it is in: `a`, `a/b` and `a/b/c` for `a/b/c`. */
function foldersOf(name: string): string[] {
  const parts = name.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** The stages that people look at: those that publish, and those that nothing is built from. */
export function endsOf(graph: Graph): Set<Stage> {
  const used = new Set([...graph.values()].flatMap((stage) => [...stage.upstream]));
  return new Set([...graph.values()].filter((stage) => stage.publish.size > 0 || !used.has(stage)));
}
