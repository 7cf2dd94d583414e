import { coordQuad, decrossTwoLayer, graphStratify, layeringLongestPath, sugiyama } from 'd3-dag';
import type { ProvenStage } from '../engine/provenance.ts';
import { button, byId, element, svgElement } from './dom.ts';
import type { Embedded } from './embedded.ts';
import { chooseNamed, selectPublished } from './published.ts';
import { sliceOf, upstreamOf } from './slice.ts';

/** The width and height of a node, and the gaps between nodes; the graph grows from left to right. */
const NODE = { width: 148, height: 20 } as const;
const GAP = { width: 40, height: 6 } as const;
/** How many stages of a kind are listed at once. */
const LISTED = 200;

/**
 * The tab where the reader walks from a figure to all that it is made from.
 * @param seconds How long stages took, where that is known.
 */
export function showWalk({ provenance }: Embedded, seconds: ReadonlyMap<string, number> = new Map()): void {
  const stages = new Map(provenance.stages.map((stage) => [stage.name, stage]));
  const list = element('div', { id: 'walk-list' });
  const detail = element('div', { id: 'walk-detail' });
  const { drawing, light, firstOf } = drawingOf(provenance.stages, (kind) => showKind(kind));
  const attributes = { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'the graph of kinds' };
  const graph = element('div', attributes, drawing);
  let slice = new Set(stages.keys());

  const showStage = (name: string) => {
    const stage = stages.get(name);
    if (stage === undefined) return;
    const took = seconds.get(name);
    detail.replaceChildren(...detailOf(stage, provenance.kinds[stage.kind], goTo));
    if (took !== undefined) detail.querySelector('h3')?.after(element('p', {}, `took ${duration(took)} where it ran`));
  };
  const goTo = (name: string) => {
    showStage(name);
    detail.querySelector('h3')?.focus();
  };
  const showKind = (kind: string) => {
    const found = provenance.stages.filter((stage) => stage.kind === kind && slice.has(stage.name));
    list.replaceChildren(
      element('h3', {}, `${kind}: ${found.length} of ${slice.size} stages`),
      element(
        'ul',
        {},
        ...found.slice(0, LISTED).map(({ name }) =>
          element(
            'li',
            {},
            button(name, () => goTo(name), { class: 'link' }),
          ),
        ),
      ),
      ...(found.length > LISTED ? [element('p', {}, `and ${found.length - LISTED} more`)] : []),
    );
    const [first] = found;
    if (first !== undefined) showStage(first.name);
    list.scrollIntoView({ block: 'nearest' });
  };
  let lit: ReadonlySet<string> = new Set();
  const scrollToLit = () => {
    const { x, y } = firstOf(lit);
    graph.scrollTo({ left: x, top: y - graph.clientHeight / 2 });
  };
  const choose = (name: string) => {
    slice = name === '' ? new Set(stages.keys()) : sliceOf(name, stages);
    lit = new Set([...slice].flatMap((each) => stages.get(each)?.kind ?? []));
    light(lit);
    scrollToLit();
    const took = [...slice].reduce((sum, each) => sum + (seconds.get(each) ?? 0), 0);
    byId('walk-count').textContent = `${slice.size} stages${took > 0 ? `, ${duration(took)} of work` : ''}`;
    list.replaceChildren();
    if (name === '') detail.replaceChildren();
    else showStage(name);
  };
  const everything = element('option', { value: '' }, 'everything');
  const select = selectPublished('walk-figure', provenance.stages, [everything]);
  const showAddress = () =>
    history.replaceState(history.state, '', select.value === '' ? '#walk' : `#walk/${select.value}`);
  select.addEventListener('change', () => {
    showAddress();
    choose(select.value);
  });
  byId('walk').replaceChildren(
    element('h2', {}, 'What is built from what'),
    element(
      'p',
      {},
      element('label', { for: 'walk-figure' }, 'Light up what leads to '),
      select,
      ' ',
      element('span', { id: 'walk-count' }),
    ),
    element(
      'p',
      {},
      'Each box is a kind of stage; what stands to its right is built from it. Choose a box to see its stages, with their params, code and digests.',
    ),
    graph,
    element('div', { class: 'columns' }, list, detail),
  );
  chooseNamed(select);
  choose(select.value);
  byId('walk').addEventListener('shown', () => {
    if (chooseNamed(select)) choose(select.value);
    showAddress();
    // What is hidden can't be scrolled.
    scrollToLit();
  });
}

/** Seconds in words. */
function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(1000 * seconds)} ms`;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/**
 * The graph of kinds, from the sources down, what lights up some of them, and what tells where the first of some is.
 */
function drawingOf(stages: readonly ProvenStage[], onKind: (kind: string) => void) {
  const kindOf = new Map(stages.map(({ name, kind }) => [name, kind]));
  const parents = new Map<string, Set<string>>();
  for (const stage of stages) {
    const found = parents.get(stage.kind) ?? new Set();
    for (const upstream of upstreamOf(stage)) {
      const kind = kindOf.get(upstream);
      if (kind !== undefined && kind !== stage.kind) found.add(kind);
    }
    parents.set(stage.kind, found);
  }
  const data = [...parents].map(([id, above]) => ({ id, parentIds: [...above] }));
  const graph = graphStratify()(data);
  // Laid out from above to below, and turned.
  const { width: height, height: width } = sugiyama()
    .layering(layeringLongestPath())
    .decross(decrossTwoLayer())
    .coord(coordQuad())
    .nodeSize([NODE.height, NODE.width])
    .gap([GAP.height, GAP.width])(graph);
  const links = [...graph.links()].map(({ source, target, points }) => {
    const path = points.map(([y, x], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)},${y.toFixed(1)}`).join('');
    return { from: source.data.id, to: target.data.id, line: svgElement('path', { d: path, class: 'edge' }) };
  });
  const nodes = [...graph.nodes()].map(({ x: y, y: x, data: { id } }) => {
    const made = svgElement(
      'g',
      {
        transform: `translate(${x - NODE.width / 2},${y - NODE.height / 2})`,
        class: 'node',
        tabindex: 0,
        role: 'button',
        'aria-label': id,
      },
      svgElement('rect', { width: NODE.width, height: NODE.height, rx: 4 }),
      svgElement('text', { x: NODE.width / 2, y: 14, 'text-anchor': 'middle' }, id),
    );
    made.addEventListener('click', () => onKind(id));
    made.addEventListener('keydown', (event) => {
      const { key } = event;
      if (key !== 'Enter' && key !== ' ') return;
      event.preventDefault();
      onKind(id);
    });
    return { id, made, place: { x: x - NODE.width / 2, y } };
  });
  const drawing = svgElement(
    'svg',
    { viewBox: `-2 -2 ${width + 4} ${height + 4}`, width, height, class: 'graph' },
    ...links.map(({ line }) => line),
    ...nodes.map(({ made }) => made),
  );
  const light = (kinds: ReadonlySet<string>) => {
    for (const { id, made } of nodes) made.classList.toggle('dim', !kinds.has(id));
    for (const { from, to, line } of links) line.classList.toggle('dim', !kinds.has(from) || !kinds.has(to));
  };
  const firstOf = (kinds: ReadonlySet<string>) =>
    nodes
      .filter(({ id }) => kinds.has(id))
      .map(({ place }) => place)
      .reduce((first, place) => (place.x < first.x ? place : first));
  return { drawing, light, firstOf };
}

function detailOf(
  stage: ProvenStage,
  kind: Embedded['provenance']['kinds'][string] | undefined,
  open: (name: string) => void,
) {
  const upstream = upstreamOf(stage);
  const rows = (title: string, entries: readonly (readonly [string, string])[]) =>
    entries.length === 0
      ? []
      : [
          element('h4', {}, title),
          element('table', {}, element('tbody', {}, ...entries.map(([key, value]) => row(key, value)))),
        ];
  return [
    element('h3', { tabindex: '-1' }, stage.name),
    element('p', {}, `kind ${stage.kind}, recipe `, element('code', {}, stage.recipe.slice(0, 16))),
    ...rows(
      'Params',
      Object.entries(stage.params).map(([key, value]) => [key, JSON.stringify(value)]),
    ),
    ...rows('Outputs, SHA-256', Object.entries(stage.outputs)),
    ...rows('Published', Object.entries(stage.publish)),
    element('h4', {}, `Built from ${upstream.length === 1 ? 'a stage' : `${upstream.length} stages`}`),
    element(
      'ul',
      {},
      ...upstream.slice(0, LISTED).map((name) =>
        element(
          'li',
          {},
          button(name, () => open(name), { class: 'link' }),
        ),
      ),
    ),
    ...(upstream.length > LISTED ? [element('p', {}, `and ${upstream.length - LISTED} more`)] : []),
    ...(kind === undefined
      ? []
      : [
          element(
            'details',
            {},
            element('summary', {}, `Code: bundle ${kind.bundle.slice(0, 16)}`),
            ...rows('Files', Object.entries(kind.files)),
            ...rows('Packages', Object.entries(kind.packages)),
          ),
        ]),
  ];
}

function row(key: string, value: string): HTMLElement {
  return element('tr', {}, element('th', { scope: 'row' }, key), element('td', {}, element('code', {}, value)));
}
