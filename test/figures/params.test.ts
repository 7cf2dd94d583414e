import * as v from 'valibot';
import { expect, it } from 'vitest';
import { Artifact, type Stage } from '../../engine/graph.ts';
import { GraphBuilder } from '../../engine/graph-builder.ts';
import { schema } from '../../pipeline/schema.ts';
import { figureCaption } from '../../stages/formats/figure.ts';
import { importPipeline } from '../support/pipeline.ts';

/** What a caption need not state, in which figures, and why. */
const UNSTATED: readonly (readonly [param: RegExp, figure: RegExp, why: string])[] = [
  [/^(profile|backend)$/, /./, 'the title says the profile, and the record the backend'],
  [/recordsPerDecade$/, /./, 'how often a training is looked at changes no result'],
  [/[tT]estSamples$|testPerDigit$/, /./, 'how many samples an accuracy is of'],
  [/gridScale$/, /./, 'the figure states the scale of its greys'],
  [/(^|\.)stationarity\.|^tighter|^otherStart/, /./, 'docs/paper.md has the rule, and the claims state the others'],
  [/^mnist\./, /./, 'the digests of the files of MNIST'],
  [/[sS]eeds$/, /./, 'captions count the seeds of their tables'],
  [/perDigit$/, /./, 'n is stated, which is as many times it as there are digits'],
  [/^tenDigits\.(low|high)\.snr$/, /a7/, 'the title says that of the data'],
  [/^(synthetic|sizes|law|conditional|latent)\.nsnr2$/, /figure-1$|a5|a10|a13|a14/, 'the axis shows all'],
  [/^synthetic\.(low|high)$/, /a5|a14/, 'the axis shows them'],
  [/^times$/, /a4/, 'the axis shows all'],
  [/^law\.(kappas|others\.(m|kappas))$/, /a10/, 'axis and legends show all'],
  [/olders$/, /a12/, 'the axis shows the shares'],
  [/^latent\.dimensions$/, /a14/, 'the legend shows all'],
  [/^robustness\.\w*[fF]actors\./, /a11/, 'the axis shows all'],
];

const pipeline = await importPipeline();

async function captionsOf(params: unknown): Promise<Artifact[]> {
  const graph = new GraphBuilder();
  await pipeline.build(v.parse(schema, params), graph);
  return graph.artifactsOf(figureCaption);
}

/** The stages that the inputs of a stage come from, or one input. */
function wiredTo(stage: Stage, input?: string): Stage[] {
  const wires = stage.wires.filter((wire) => input === undefined || wire.input === input);
  return wires.flatMap(({ elements }) =>
    elements
      .flatMap((element) => (element instanceof Artifact ? [element] : Object.values(element)))
      .map((artifact) => artifact.stage),
  );
}

/** Tells of all that decides a stage's outputs but code: its params, and those of all that it is built from. */
function sourcesOf(stage: Stage, known: Map<Stage, number>): number {
  const before = known.get(stage);
  if (before !== undefined) return before;
  const sources = hashOf(JSON.stringify([stage.params, wiredTo(stage).map((wired) => sourcesOf(wired, known))]));
  known.set(stage, sources);
  return sources;
}

function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

/** The paths of the numbers among params, and of lists that begin with one. */
function leavesOf(tree: object, path = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const at = path === '' ? key : `${path}.${key}`;
    const first = Array.isArray(value) ? value[0] : value;
    if (typeof first === 'number') return [at];
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? leavesOf(value, at) : [];
  });
}

/** Params with another number at a path, in a list as its first; and that number. */
function changed(params: object, path: string): { params: unknown; to: number } {
  const copy: Record<string, unknown> = structuredClone({ ...params });
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const holder = keys.reduce<unknown>((at, key) => Reflect.get(Object(at), key), copy);
  const value: unknown = Reflect.get(Object(holder), last);
  const list = Array.isArray(value) ? value : [value];
  let to = Number(list[0]);
  while (list.includes(to)) to = Number.isInteger(to) ? to + 1 : Number((to * 1.3).toPrecision(3));
  Reflect.set(Object(holder), last, Array.isArray(value) ? [to, ...value.slice(1)] : to);
  return { params: copy, to };
}

it('every param that changes a figure is stated by it, with its value', async () => {
  const base = await captionsOf(pipeline.params);
  const known = new Map<Stage, number>();
  const before = new Map(base.map(({ stage }) => [stage.name, sourcesOf(stage, known)]));
  const silent: string[] = [];
  // There is no other digit.
  for (const path of leavesOf(pipeline.params).filter((path) => path !== 'tenDigits.digits')) {
    const { params, to } = changed(pipeline.params, path);
    const after = new Map<Stage, number>();
    for (const { stage } of await captionsOf(params)) {
      if (sourcesOf(stage, after) === before.get(stage.name)) continue;
      if (UNSTATED.some(([param, figure]) => param.test(path) && figure.test(stage.name))) continue;
      // The params of its chart stand in titles, legends and text.
      const own = [stage, ...wiredTo(stage, 'chart')].flatMap((one) => Object.values(one.params));
      const stated = own.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
      const numbers = stated.join(' ').match(/\d+(\.\d+)?(e-?\d+)?/g) ?? [];
      if (!numbers.some((number) => Number(number) === to)) silent.push(`${path} = ${to} in ${stage.name}`);
    }
  }
  expect(silent).toEqual([]);
});
