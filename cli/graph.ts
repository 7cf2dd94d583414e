import { type Graph, type Stage, withUpstream } from '../engine/graph.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import type { ChoiceOptions } from './choice.ts';
import { configurationOf } from './configuration.ts';
import { print } from './print.ts';
import { stagesNamed } from './targets.ts';

export interface GraphOptions extends ChoiceOptions {
  readonly format: 'dot' | 'mermaid';
  /** Draws all stages of a kind as one. */
  readonly kinds?: boolean;
}

/** Draws the graph of the targets, or the whole, as DOT or Mermaid. */
export async function graph(pipeline: Pipeline, targets: readonly string[], options: GraphOptions): Promise<number> {
  const whole = (await configurationOf(pipeline, options)).graph;
  const drawn = targets.length === 0 ? whole : withUpstream(whole, stagesNamed(whole, targets));
  const nameOf = options.kinds ? ({ kind }: Stage) => kind.name : ({ name }: Stage) => name;
  const { nodes, edges } = nodesAndEdges(drawn, nameOf);
  for (const line of options.format === 'dot' ? dotLines(nodes, edges) : mermaidLines(nodes, edges)) print(line);
  return 0;
}

type Edge = readonly [from: string, to: string];

function nodesAndEdges(drawn: Graph, nameOf: (stage: Stage) => string): { nodes: string[]; edges: Edge[] } {
  const edges = new Map<string, Edge>();
  for (const stage of drawn.values()) {
    for (const upstream of stage.upstream) {
      const edge: Edge = [nameOf(upstream), nameOf(stage)];
      edges.set(edge.join(' '), edge);
    }
  }
  return { nodes: [...new Set([...drawn.values()].map(nameOf))], edges: [...edges.values()] };
}

function dotLines(nodes: readonly string[], edges: readonly Edge[]): string[] {
  return [
    'digraph pipeline {',
    '  rankdir=LR; node [shape=box, fontname="sans-serif"];',
    ...nodes.map((node) => `  "${node}";`),
    ...edges.map(([from, to]) => `  "${from}" -> "${to}";`),
    '}',
  ];
}

function mermaidLines(nodes: readonly string[], edges: readonly Edge[]): string[] {
  const ids = new Map(nodes.map((node, index) => [node, `s${index}`]));
  return [
    'flowchart LR',
    ...nodes.map((node) => `  ${ids.get(node)}["${node}"]`),
    ...edges.map(([from, to]) => `  ${ids.get(from)} --> ${ids.get(to)}`),
  ];
}
