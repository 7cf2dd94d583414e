import { strictLogger } from '../figure/strict-logger.ts';
import { AREA_OPACITY } from '../figure/theme.ts';

/** What a part of a specification may hold that interaction is about. */
interface Part {
  layer?: Part[];
  concat?: Part[];
  mark?: unknown;
  params?: unknown[];
  encoding?: Readonly<Record<string, unknown>>;
  [key: string]: unknown;
}

const DIMMED = 0.08;

/**
 * The Vega specification of a figure, with the values under the pointer, axes to drag and zoom, and series that a click
 * in the legend brings out.
 * @param text A Vega-Lite specification of ours: panels of layers.
 * @throws {Error} if Vega-Lite has a warning about it.
 */
export async function interactiveSpec(text: string): Promise<unknown> {
  const { compile } = await import('vega-lite');
  const spec: Part & { config?: Record<string, unknown> } = JSON.parse(text);
  spec.config = { ...spec.config, mark: { tooltip: { content: 'data' } } };
  const named = new Set<string>();
  (spec.concat ?? []).forEach((panel, i) => {
    const layers = panel.layer ?? [];
    const [first] = layers;
    if (first !== undefined && isContinuous(first)) {
      first.params = [...(first.params ?? []), { name: `zoom${i}`, select: 'interval', bind: 'scales' }];
    }
    for (const layer of layers) bringOut(layer, named);
    // Names of lines may stand over the edge.
    for (const layer of layers)
      if (isMark(layer.mark) && layer.mark.type === 'text') layer.mark = { ...layer.mark, clip: false };
  });
  return compile(JSON.parse(JSON.stringify(spec)), { logger: await strictLogger() }).spec;
}

/** Lets a click in the legend of its colours bring out some of a layer's series. */
function bringOut(layer: Part, named: Set<string>): void {
  const field = fieldOf(layer.encoding?.color);
  if (field === undefined) return;
  const param = `shown_${field.replaceAll(/\W/g, '_')}`;
  if (!named.has(param)) {
    named.add(param);
    layer.params = [
      ...(layer.params ?? []),
      { name: param, select: { type: 'point', fields: [field] }, bind: 'legend' },
    ];
  }
  const opacity = opacityOf(layer.mark);
  layer.encoding = { ...layer.encoding, opacity: { condition: { param, value: opacity }, value: DIMMED } };
}

/** The field of a channel; undefined if it shows a value instead. */
function fieldOf(channel: unknown): string | undefined {
  if (typeof channel !== 'object' || channel === null || !('field' in channel)) return undefined;
  return typeof channel.field === 'string' ? channel.field : undefined;
}

/** How opaque a mark of ours is: as it says, or as the theme has it. */
function opacityOf(mark: unknown): unknown {
  if (isMark(mark) && 'opacity' in mark) return mark.opacity;
  return mark === 'area' || (isMark(mark) && mark.type === 'area') ? AREA_OPACITY : 1;
}

function isMark(mark: unknown): mark is { readonly type: unknown } {
  return typeof mark === 'object' && mark !== null && 'type' in mark;
}

function isContinuous({ encoding }: Part): boolean {
  return JSON.stringify([encoding?.x, encoding?.y]).split('"type":"quantitative"').length > 2;
}
