import { Resvg } from '@resvg/resvg-wasm';
import { logger, parse, View, Warn } from 'vega';
import { compile } from 'vega-lite';
import { beforeAll, describe, expect, test } from 'vitest';
import { StageError } from '../../engine/kind.ts';
import classes from '../../stages/chart-classes.ts';
import conditional from '../../stages/chart-conditional.ts';
import coordinate from '../../stages/chart-coordinate.ts';
import dynamics from '../../stages/chart-dynamics.ts';
import features from '../../stages/chart-features.ts';
import latent from '../../stages/chart-latent.ts';
import law from '../../stages/chart-law.ts';
import losses from '../../stages/chart-losses.ts';
import noisyMnist from '../../stages/chart-noisy-mnist.ts';
import ratio from '../../stages/chart-ratio.ts';
import robustness from '../../stages/chart-robustness.ts';
import time from '../../stages/chart-time.ts';
import { type AlignmentRow, alignmentTable } from '../../stages/formats/alignments.ts';
import type { ConvergenceRow } from '../../stages/formats/convergence.ts';
import { decodeText, encodeText } from '../../stages/formats/text.ts';
import { runKind } from '../stages/run-kind.ts';
import { DRAWING } from './drawing.ts';
import { drawn } from './drawn.ts';
import { classesOf, convergenceOf, meanFieldRows, recordOf, trainings } from './tables.ts';

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
const COORDINATE = {
  base: { n: 30, d: 1000, t: 0.2 },
  curves: [{ n: 30, d: 1000, t: 0.5 }],
};

const RATIO = { n: 30, d: 1000, sigma: 1, m: 20, t: 0.2 };
const LAW = { n: 30, d: 1000, m: 20, low: settings[0], high: settings[1] };

const stopped_by = 'iteration-limit' as const;
const records = [recordOf(1, 'stationary'), recordOf(2, stopped_by), recordOf(3, stopped_by)];

/** Renders a figure of each kind from a table of rows. */
const figures = {
  ratio: (rows = synthetic) => drawn(runKind(ratio, RATIO, { alignments: [rows] }), caption),
  dynamics: (rows = synthetic) => drawn(runKind(dynamics, { settings, early: true }, { alignments: [rows] }), caption),
  losses: (rows = synthetic) => drawn(runKind(losses, { settings }, { alignments: [rows] }), caption),
  snr: () => {
    const more = [0.1, 0.3, 1, 10];
    const inputs = { alignments: [trainings('synthetic', more)] };
    return drawn(runKind(dynamics, { settings: more, early: false }, inputs), caption);
  },
  time: () => drawn(runKind(time, { settings }, { trainings: [convergenceOf(synthetic)] }), caption),
  classes: () => drawn(runKind(classes, {}, { alignments: [classesOf(mnist)], records }), caption),
  coordinate: () => drawn(runKind(coordinate, COORDINATE, { trainings: convergenceOf(synthetic) }), caption),
  features: () => {
    const rows = [0.1, 0.3, 1].flatMap((share) =>
      (['diffusion', 'classifier'] as const).flatMap((model) =>
        settings.map((nsnr2) => ({ model, nsnr2, share, seed: 1, rare: share, stopped_by })),
      ),
    );
    const inputs = { synthetic: [rows], letters: [rows] };
    return drawn(runKind(features, { settings, snr: 0.5 }, inputs), caption);
  },
  conditional: () => {
    const rows = (['none', 'bias', 'own neurons'] as const).flatMap((condition) =>
      settings.map((nsnr2) => {
        const ratio_mean_field = condition === 'bias' ? undefined : 1;
        return {
          condition,
          nsnr2,
          seed: 1,
          ratio_early: nsnr2 / 2,
          ratio: 1,
          class_gap: 0,
          ratio_mean_field,
          stopped_by,
        };
      }),
    );
    return drawn(runKind(conditional, {}, { trainings: [rows] }), caption);
  },
  latent: () => {
    const rows = [2, 8].flatMap((k) => settings.map((nsnr2) => ({ k, nsnr2, seed: 1, signal_share: 0.5, stopped_by })));
    return drawn(runKind(latent, {}, { trainings: [rows] }), caption);
  },
  robustness: (imageSeeds = [1]) => {
    const rows = ['balance', 'transition-place', 'low-classifier-test', 'high-classifier-test', 'images-diffusion-both']
      .flatMap((claim) => ['ours', 'sigma0', 'labels drawn'].map((choice) => ({ claim, choice })))
      .map((row) => ({ ...row, factor: row.choice === 'sigma0' ? 3 : 1, value: 2.5 }))
      .flatMap((row) => (row.claim.startsWith('images') ? imageSeeds : [1]).map((seed) => ({ ...row, seed })));
    const margin = { choice: 'sigma0', verdict_of_ours: 'holds' as const, tried_from: 1, tried_to: 3, fails: 0 };
    const margins = [{ ...margin, claim: 'balance', flips_below: undefined, flips_above: 2 }];
    const sweep = { nsnr2: [0.1, 3, 30], low: 0.75, high: 6.75 };
    return drawn(runKind(robustness, { sweep }, { trials: [rows], margins }), caption);
  },
  law: () => drawn(runKind(law, LAW, { trainings: [meanFieldRows()] }), caption),
  noisyMnist: (rows = mnist) => drawn(runKind(noisyMnist, {}, { alignments: [rows], records }), caption),
};
const kinds = Object.entries(figures);

function sizeOf(svg: string): { width: number; height: number } {
  const [, width, height] = /<svg [^>]*width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  return { width: Number(width), height: Number(height) };
}

test('figures have the same bytes again, and after other figures', async () => {
  const first = await Promise.all(kinds.map(([, render]) => render()));
  const again = await Promise.all(kinds.toReversed().map(([, render]) => render()));
  expect(again.toReversed()).toEqual(first);
});

test('the seeds of each sort of data are stated for that sort', async () => {
  expect((await figures.robustness([1, 2, 3])).caption).toContain('over 1 seeds (3 on images)');
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

  test('has a PNG of four times the size of the SVG', () => {
    const { width, height } = sizeOf(figure.svg);
    const head = Buffer.from(figure.png);
    expect([head.readUInt32BE(16), head.readUInt32BE(20)]).toEqual([4 * width, 4 * height]);
  });

  test('keeps all that it draws inside the picture', () => {
    const { regular, bold } = DRAWING;
    const picture = new Resvg(figure.svg, { font: { fontBuffers: [regular, bold] } });
    expect(picture.getBBox()).toMatchObject({ x: 0, y: 0, ...sizeOf(figure.svg) });
  });

  test('says its setting, with the signs that mean something in XML', () => {
    expect(figure.svg).toContain('n = 30, d = 1000, m = 20, t = 0.2, σ_0 = 0.00125');
    expect(figure.caption).toContain('t = 0.2, σ<sub>0</sub> = 0.00125');
    expect(Buffer.from(figure.png).toString()).toContain('t = 0.2, σ_0 = 0.00125');
    expect(figure.svg).toContain('&lt;of the ratio&gt;');
  });

  test('places everything to a thousandth of a pixel', () => {
    const places = Array.from(figure.svg.matchAll(/ (?:d|transform|x|y)="([^"]*)"/g), ([, place]) => place);
    expect(places.length).toBeGreaterThan(50);
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

  test('a NaN', () => {
    const text = decodeText(alignmentTable.encode(synthetic)).replace(/[^,]+\n$/, 'NaN\n');
    expect(() => alignmentTable.decode(encodeText(text))).toThrow(StageError);
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

describe('what a figure says follows its params and tables', () => {
  const specOf = async (run: ReturnType<typeof drawn>) => JSON.parse((await run).spec);
  const coordinateOf = (params: Partial<typeof COORDINATE>, rows = convergenceOf(synthetic)) =>
    specOf(drawn(runKind(coordinate, { ...COORDINATE, ...params }, { trainings: rows }), caption));

  test.each([
    ['n', { n: 31 }],
    ['d', { d: 1001 }],
    ['t', { t: 0.21 }],
  ])('a curve has no training of another %s', async (_, change) => {
    const rows = convergenceOf(synthetic).filter(({ t }) => t === undefined || t === 0.2);
    const other = rows.map(
      (row): ConvergenceRow => ({ ...row, ...(row.t === undefined ? {} : change), ratio_mean: 77 }),
    );
    const { early, mean } = (await coordinateOf({ curves: [] }, [...rows, ...other])).datasets;
    expect(early.map(({ x }: { x: number }) => x)).toEqual(settings);
    expect(mean.map(({ max }: { max: number }) => max)).not.toContain(77);
    const curve = { ...COORDINATE.base, ...change };
    await expect(coordinateOf({ curves: [curve] }, rows)).rejects.toThrow('is among the inputs of the figure');
  });

  test('the line of theory is named where there are few values of n·SNR²', async () => {
    const figure = figures.coordinate();
    expect((await figure).svg).toMatch(/>n·SNR²\/2</);
  });

  test('the number of digits is that of the classes', async () => {
    expect((await figures.classes()).caption).toMatch(/^\*\*Figure 0\. Three digits, Noisy-MNIST at SNR~ = 0\.1\.\*\*/);
  });
});

test.each(['features', 'conditional', 'latent'] as const)(
  'the caption of %s says that trainings reached their limit',
  async (name) => {
    const { caption } = await figures[name]();
    expect(caption).toMatch(/None of \d+ trainings became stationary/);
  },
);

test.each(['noisyMnist', 'classes'] as const)('the caption of %s says how the diffusion model ended', async (name) => {
  const { caption } = await figures[name]();
  expect(caption).toContain('Diffusion model: 1 of 3 trainings became stationary; the others reached the limit');
});
