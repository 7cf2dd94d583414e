import type { Graph, Stage } from './graph.ts';
import type { Ledger } from './ledger.ts';

/** How long a stage is taken to last if no stage of its kind was ever run. */
const UNKNOWN_SECONDS = 1;

/** How long each stage is expected to take, in seconds: as long as the last time, else as others of its kind. */
export function expectedSeconds(
  graph: Graph,
  ledger: Pick<Ledger, 'results' | 'lastResult'>,
  place: string,
): Map<Stage, number> {
  const kinds = new Map<string, { seconds: number; stages: number }>();
  for (const { kind, seconds } of ledger.results()) {
    if (seconds === undefined) continue;
    const sum = kinds.get(kind) ?? { seconds: 0, stages: 0 };
    sum.seconds += seconds;
    sum.stages += 1;
    kinds.set(kind, sum);
  }
  const expected = ({ name, kind }: Stage) => {
    const ofKind = kinds.get(kind.name);
    return ledger.lastResult(name, place)?.seconds ?? (ofKind ? ofKind.seconds / ofKind.stages : UNKNOWN_SECONDS);
  };
  return new Map([...graph.values()].map((stage) => [stage, expected(stage)]));
}

/**
 * The expected seconds from the start of each stage to the end of all that is built from it, if there were workers for
 * all. The stage with the longest way starts first, so that no long stage is left for the end.
 */
export function ranksOf(graph: Graph, expected: ReadonlyMap<Stage, number>): Map<Stage, number> {
  const ranks = new Map<Stage, number>();
  // Whatever is built from a stage comes after it.
  for (const stage of [...graph.values()].reverse()) {
    const rank = (expected.get(stage) ?? 0) + (ranks.get(stage) ?? 0);
    ranks.set(stage, rank);
    for (const upstream of stage.upstream) ranks.set(upstream, Math.max(ranks.get(upstream) ?? 0, rank));
  }
  return ranks;
}
