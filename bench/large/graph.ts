import type { Artifact, GraphBuilder } from '../../engine/graph.ts';
import sum from './sum.ts';

/** Layers of stages, each wired to its own column and the next one of the layer before. */
export const size = { layers: 100, columns: 100 };

/** The stage that nothing is built from and whose param is set. */
export const leaf = `layer=${size.layers - 1}/column=0`;

/** Adds all stages, with some term at the leaf. */
export function addStages(graph: GraphBuilder, leafTerm: number): void {
  let before: Artifact<'number'>[] = [];
  for (let layer = 0; layer < size.layers; layer++) {
    before = Array.from({ length: size.columns }, (_, column) => {
      const name = `layer=${layer}/column=${column}`;
      const wired = [before[column], before[(column + 1) % size.columns]];
      const numbers = wired.flatMap((artifact) => (artifact === undefined ? [] : [artifact]));
      const term = name === leaf ? leafTerm : 1000 * layer + column;
      return graph.add(name, sum, { params: { term }, inputs: { numbers } }).sum;
    });
  }
}
