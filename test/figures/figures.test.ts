import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-wasm';
import { logger, parse, View, Warn } from 'vega';
import { compile } from 'vega-lite';
import { beforeAll, describe, expect, test } from 'vitest';
import { StageError } from '../../engine/kind.ts';
import { loadFonts } from '../../stages/figure/font.ts';
import classes from '../../stages/figure-classes.ts';
import coordinate from '../../stages/figure-coordinate.ts';
import dynamics from '../../stages/figure-dynamics.ts';
import losses from '../../stages/figure-losses.ts';
import noisyMnist from '../../stages/figure-noisy-mnist.ts';
import ratio from '../../stages/figure-ratio.ts';
import time from '../../stages/figure-time.ts';
import type { AlignmentRow } from '../../stages/formats/alignments.ts';
import { classesOf, convergenceOf, tableOf, trainings } from './tables.ts';

const caption = {
  figure: 'Figure 0',
  setting:
    'n = 30, d = 1000, m = 20, t = 0.2, σ_0 = 0.00125, with words enough to fill more than one line of the caption',
  stated: 'the curves & the order <of the ratio>',
  reconstructed: 'all sizes',
};
const settings = [0.75, 6.75];
const synthetic = trainings('synthetic', settings);
const mnist = trainings('noisy-mnist', [0.3]);

/** Renders a figure of each kind from a table of rows. */
const figures = {
  ratio: (rows = synthetic) => rendered(rows, (context) => ratio.run({ ...context, params: caption })),
  dynamics: (rows = synthetic) =>
    rendered(rows, (context) => dynamics.run({ ...context, params: { ...caption, settings } })),
  losses: (rows = synthetic) =>
    rendered(rows, (context) => losses.run({ ...context, params: { ...caption, settings } })),
  snr: () => {
    const more = [0.1, 0.3, 1, 10];
    const params = { ...caption, settings: more };
    return rendered(trainings('synthetic', more), (context) => dynamics.run({ ...context, params }));
  },
  time: () => rendered(synthetic, (context) => time.run({ ...context, params: { ...caption, settings } })),
  classes: () =>
    rendered(mnist, async (context) =>
      classes.run({ ...context, inputs: { alignments: [await classesOf(mnist)] }, params: caption }),
    ),
  coordinate: () => {
    const [base, other] = [0.2, 0.5].map((t) => ({ n: 30, d: 1000, t }));
    const params = { ...caption, base, curves: [other], low: settings[0], high: settings[1] };
    return rendered(synthetic, (context) => coordinate.run({ ...context, params }));
  },
  noisyMnist: (rows = mnist) => rendered(rows, (context) => noisyMnist.run({ ...context, params: caption })),
};
const kinds = Object.entries(figures);

type Context = Awaited<ReturnType<typeof contextOf>>;

async function rendered(rows: readonly AlignmentRow[], run: (context: Context) => Promise<void>) {
  const context = await contextOf(rows);
  await run(context);
  const { spec, svg, png } = context.outputs;
  return { spec: await readFile(spec, 'utf8'), svg: await readFile(svg, 'utf8'), png: await readFile(png) };
}

async function contextOf(rows: readonly AlignmentRow[]) {
  const folder = await mkdtemp(join(tmpdir(), 'figures-'));
  const path = (name: string) => join(folder, name);
  return {
    inputs: { alignments: [await tableOf(rows)], trainings: [await convergenceOf(rows)] },
    outputs: { spec: path('spec.vl.json'), svg: path('svg.svg'), png: path('png.png') },
    options: {},
    progress: async () => {},
    log: () => {},
  };
}

function sizeOf(svg: string): { width: number; height: number } {
  const [, width, height] = /<svg [^>]*width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  return { width: Number(width), height: Number(height) };
}

test('figures have the same bytes again, and after other figures', async () => {
  const first = await Promise.all(kinds.map(([, render]) => render()));
  const again = await Promise.all(kinds.toReversed().map(([, render]) => render()));
  expect(again.toReversed()).toEqual(first);
});

describe.each(kinds)('figure %s', (_, render) => {
  let figure: Awaited<ReturnType<typeof render>>;
  beforeAll(async () => {
    figure = await render();
  });

  test('is a Vega-Lite specification with its data, which compiles and runs without a warning', async () => {
    const warnings: unknown[] = [];
    const collect = logger(Warn, undefined, (_method, _level, messages) => warnings.push(...messages));
    const spec = JSON.parse(figure.spec);
    const view = new View(parse(compile(spec, { logger: collect }).spec), { renderer: 'none', logger: collect });
    await view.runAsync();
    expect(warnings).toEqual([]);
    expect(spec.$schema).toBe('https://vega.github.io/schema/vega-lite/v6.json');
  });

  test('has a PNG of twice the size of the SVG', () => {
    const { width, height } = sizeOf(figure.svg);
    expect([figure.png.readUInt32BE(16), figure.png.readUInt32BE(20)]).toEqual([2 * width, 2 * height]);
  });

  test('keeps all that it draws inside the picture', async () => {
    const { regular, bold } = await loadFonts();
    const picture = new Resvg(figure.svg, { font: { fontBuffers: [regular.file, bold.file] } });
    expect(picture.getBBox()).toMatchObject({ x: 0, y: 0, ...sizeOf(figure.svg) });
  });

  test('says its setting, with the signs that mean something in XML', () => {
    expect(figure.svg).toContain('n = 30, d = 1000, m = 20, t = 0.2, σ_0 = 0.00125');
    expect(figure.svg).toContain('&lt;of the ratio&gt;');
  });

  test('places everything to a thousandth of a pixel', () => {
    const places = Array.from(figure.svg.matchAll(/ (?:d|transform|x|y)="([^"]*)"/g), ([, place]) => place);
    expect(places.length).toBeGreaterThan(100);
    expect(places.join(' ')).not.toMatch(/\.\d{4}|e-/);
  });

  test('holds no number that is not finite', () => {
    expect(JSON.stringify(JSON.parse(figure.spec).datasets)).not.toContain('null');
    expect(figure.svg).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('a value that cannot be drawn is refused', () => {
  const broken = (values: Partial<AlignmentRow>) => synthetic.map((row, i) => (i === 20 ? { ...row, ...values } : row));

  test('zero on a logarithmic axis, with its setting', async () => {
    const refusal = figures.dynamics(broken({ noise_max: 0 }));
    await expect(refusal).rejects.toThrow(StageError);
    await expect(refusal).rejects.toThrow(
      'noise_max is 0 for the classifier on synthetic at n·SNR² = 0.75, seed 3, iteration 10',
    );
    await expect(figures.ratio(broken({ signal_mean: 0 }))).rejects.toThrow('signal_mean is 0 for the classifier');
  });

  test('a NaN', async () => {
    const context = await contextOf(synthetic);
    const [table] = context.inputs.alignments;
    await writeFile(table, (await readFile(table, 'utf8')).replace(/[^,]+\n$/, 'NaN\n'));
    await expect(ratio.run({ ...context, params: caption })).rejects.toThrow(StageError);
  });

  test('a setting without a training', async () => {
    const refusal = figures.dynamics(trainings('synthetic', [0.75]));
    await expect(refusal).rejects.toThrow('no training of the classifier at n·SNR² = 6.75');
  });

  test('a training that ends before noise learning has grown', async () => {
    const refusal = figures.ratio(synthetic.filter(({ iteration }) => iteration < 2));
    await expect(refusal).rejects.toThrow('noise learning never became 3 times its start');
  });
});
