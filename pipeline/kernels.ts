import type { Artifact, GraphBuilder } from '../engine/graph.ts';
import { compileKernel } from '../stages/kinds.ts';
import type { Params } from './schema.ts';

/** The compiled kernels of the portable backend. */
export interface Kernels {
  /** In the precision of the backend that trains. */
  readonly training: Artifact<'kernel'>;
  /** In float64, whatever trained. */
  readonly measuring: Artifact<'kernel'>;
}

/** Adds the kernels to the graph. */
export function kernelsOf(graph: GraphBuilder, { backend }: Params): Kernels {
  const kernelOf = (precision: 'float32' | 'float64') =>
    graph.add(`compile-kernel/${precision}`, compileKernel, { params: { precision }, inputs: {} }).kernel;
  const measuring = kernelOf('float64');
  return { training: backend === 'portable-float64' ? measuring : kernelOf('float32'), measuring };
}
