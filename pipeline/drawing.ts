import type { Artifact } from '../engine/graph.ts';
import type { GraphBuilder } from '../engine/graph-builder.ts';
import { drawing } from '../stages/kinds.ts';

/** What figures are drawn with. */
export interface Drawing {
  readonly regular: Artifact<'font'>;
  readonly bold: Artifact<'font'>;
  readonly rasterizer: Artifact<'rasterizer'>;
}

/** Adds it to the graph. */
export function drawingOf(graph: GraphBuilder): Drawing {
  return graph.add('drawing', drawing, { params: {}, inputs: {} });
}
