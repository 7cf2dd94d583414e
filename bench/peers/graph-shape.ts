import { join } from 'node:path';
import { execa } from 'execa';
import { LAYERS } from '../large/graph.ts';

const COLUMNS = 100;

/** The stages of a graph, each after those that it is built from, which it names by their places. */
export type GraphShape = readonly { readonly name: string; readonly inputs: readonly number[] }[];

/** The grid of bench/large: layers of stages, each wired to its own column and the next one of the layer before. */
export function gridShape(): GraphShape {
  return Array.from({ length: LAYERS * COLUMNS }, (_, i) => {
    const [layer, column] = [Math.floor(i / COLUMNS), i % COLUMNS];
    const before = (layer - 1) * COLUMNS;
    const inputs = layer === 0 ? [] : [before + column, before + ((column + 1) % COLUMNS)];
    return { name: `layer=${layer}/column=${column}`, inputs };
  });
}

/** The shape of the pipeline of this checkout. */
export async function pipelineShape(): Promise<GraphShape> {
  const command = ['--import', 'tsx', 'pipeline.ts', 'graph', '--format', 'dot'];
  const { stdout } = await execa(process.execPath, command, { cwd: join(import.meta.dirname, '../..') });
  const inputs = new Map<string, Set<string>>();
  for (const [, name] of stdout.matchAll(/^ *"([^"]+)";$/gm)) inputs.set(name, new Set());
  for (const [, from, to] of stdout.matchAll(/^ *"([^"]+)" -> "([^"]+)"/gm)) inputs.get(to)?.add(from);
  const places = new Map([...inputs.keys()].map((name, place) => [name, place]));
  return [...inputs].map(([name, from]) => ({ name, inputs: [...from].flatMap((input) => places.get(input) ?? []) }));
}
