import type { Artifact } from '../../engine/graph.ts';
import type { GraphBuilder } from '../../engine/graph-builder.ts';
import sum from './sum.ts';

export const LAYERS = 100;

/** The stage that nothing is built from and whose term is set. */
const leaf = `layer=${LAYERS - 1}/column=0`;

export interface Terms {
  /** Of the stages that are built from nothing. */
  readonly source: number;
  /** Of a stage that nothing is built from. */
  readonly leaf: number;
}

/** Adds a hundred layers of stages, each wired to its own column and the next one of the layer before. */
export function addStages(graph: GraphBuilder, terms: Terms, columns: number): void {
  let before: Artifact<'number'>[] = [];
  for (let layer = 0; layer < LAYERS; layer++) {
    before = Array.from({ length: columns }, (_, column) => {
      const name = `layer=${layer}/column=${column}`;
      const wired = [before[column], before[(column + 1) % columns]];
      const numbers = wired.flatMap((artifact) => (artifact === undefined ? [] : [artifact]));
      const own = layer === 0 ? terms.source : 1000 * layer;
      const term = name === leaf ? terms.leaf : own + column;
      return graph.add(name, sum, { params: { term }, inputs: { numbers } }).sum;
    });
  }
}
