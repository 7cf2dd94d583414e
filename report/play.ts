import { forwardStep } from '../science/forward-step.ts';
import { kappaOf, meanField } from '../science/mean-field.ts';
import { exp, ln } from '../science/special-functions.ts';
import { COLORS, REFERENCE_COLOR } from '../stages/figure/theme.ts';
import { type AlignmentRow, alignmentTable } from '../stages/formats/alignments.ts';
import { logChart, type Point, type Series } from './chart.ts';
import { byId, element } from './dom.ts';
import type { Embedded } from './embedded.ts';
import type { Pool } from './pool.ts';

type Model = AlignmentRow['model'];

/** What the reader chooses; `param` is where the pipeline has it. */
interface Slider {
  readonly key: string;
  readonly label: string;
  readonly param: string;
  readonly from: number;
  readonly to: number;
  readonly whole: boolean;
}

const SLIDERS: readonly Slider[] = [
  { key: 'nsnr2', label: 'n·SNR²', param: 'synthetic.low', from: 0.05, to: 60, whole: false },
  { key: 't', label: 't, of the diffusion model', param: 't', from: 0.02, to: 3, whole: false },
  { key: 'n', label: 'n', param: 'synthetic.n', from: 4, to: 100, whole: true },
  { key: 'd', label: 'd', param: 'synthetic.d', from: 50, to: 4000, whole: true },
  { key: 'm', label: 'm', param: 'synthetic.m', from: 2, to: 60, whole: true },
  { key: 'sigma0', label: 'σ₀', param: 'sigma0', from: 1e-4, to: 0.1, whole: false },
  {
    key: 'stepDiffusion',
    label: 'step, diffusion model',
    param: 'synthetic.diffusion.step',
    from: 1e-4,
    to: 0.1,
    whole: false,
  },
  {
    key: 'stepClassifier',
    label: 'step, classifier',
    param: 'synthetic.classifier.step',
    from: 1e-3,
    to: 1,
    whole: false,
  },
  { key: 'seed', label: 'seed', param: 'synthetic.seeds', from: 1, to: 100, whole: true },
];

type Setting = Readonly<Record<string, number>>;

const SWEEP = Array.from({ length: 25 }, (_, i) => 0.05 * exp((ln(1200) * i) / 24));
const TICKS = 1000;

/** The tab where both models train in the reader's browser, by the very bundles of the pipeline. */
export function showPlay({ provenance, code }: Embedded, pool: Pool): void {
  const paramsOf = (name: string) => provenance.stages.find((stage) => stage.name.startsWith(name))?.params ?? {};
  const bundleOf = (kind: string) => code.bundles[provenance.kinds[kind]?.bundle ?? ''] ?? '';
  const data = paramsOf('synthetic-data/nsnr2=');
  const trainings = {
    diffusion: paramsOf('train-diffusion/synthetic/'),
    classifier: paramsOf('train-classifier/synthetic/'),
  };
  const ours: Setting = {
    ...numbersIn(data),
    ...numbersIn(trainings.diffusion),
    nsnr2: 3,
    stepDiffusion: Number(trainings.diffusion.step),
    stepClassifier: Number(trainings.classifier.step),
    seed: 1,
  };
  let setting: Setting = { ...ours, ...settingIn(location.hash) };
  const ends: Record<Model, Point[]> = { diffusion: [], classifier: [] };
  const charts = { diffusion: element('div'), classifier: element('div'), ratio: element('div') };
  const command = element('code', { id: 'play-command' });
  const status = element('p', { id: 'play-status', role: 'status' });

  const train = async (model: Model, dataset: Uint8Array, { nsnr2: _, ...chosen }: Setting) => {
    const { m, sigma0, t, seed } = chosen;
    const own = { m, sigma0, seed, step: model === 'diffusion' ? chosen.stepDiffusion : chosen.stepClassifier };
    const params = { ...trainings[model], ...own, ...(model === 'diffusion' ? { t } : {}) };
    const trained = await pool.run({ code: bundleOf(`train-${model}`), params, inputs: { dataset } });
    const measured = await pool.run({ code: bundleOf('alignments'), params: {}, inputs: { dataset, trained } });
    return alignmentTable.decode(measured.table ?? new Uint8Array());
  };
  const trainBoth = async (chosen: Setting) => {
    const { n, d, nsnr2, seed } = chosen;
    const { dataset } = await pool.run({
      code: bundleOf('synthetic-data'),
      params: { ...data, n, d, nsnr2, seed },
      inputs: {},
    });
    if (dataset === undefined) throw new Error('there are no data');
    return Promise.all((['diffusion', 'classifier'] as const).map((model) => train(model, dataset, chosen)));
  };
  const showRatio = ({ n = 1, d = 1, t = 1, m = 1 }: Setting) => {
    const sigma = Number(data.sigma);
    const kappa = kappaOf({ n, d, sigma, forward: forwardStep(t) });
    const theory = SWEEP.map((nsnr2): Point => [nsnr2, meanField({ nsnr2, kappa, m }).ratio]);
    const series: Series[] = [
      { name: `the mean field at κ = ${kappa.toPrecision(2)}`, color: REFERENCE_COLOR, look: 'dashed', points: theory },
      { name: 'diffusion model', color: COLORS.diffusion, look: 'dots', points: ends.diffusion },
      { name: 'classifier', color: COLORS.classifier, look: 'dots', points: ends.classifier },
    ];
    charts.ratio.replaceChildren(
      logChart('the ratio when training ends', ['n·SNR²', 'signal / noise learning (mean)'], series),
    );
  };

  let pending = false;
  let running = false;
  const retrain = async () => {
    pending = true;
    if (running) return;
    running = true;
    while (pending) {
      pending = false;
      const chosen = setting;
      const began = performance.now();
      try {
        const [diffusion, classifier] = await trainBoth(chosen);
        for (const [model, rows] of [
          ['diffusion', diffusion ?? []],
          ['classifier', classifier ?? []],
        ] as const) {
          charts[model].replaceChildren(dynamicsOf(model, rows));
          const last = rows.at(-1);
          if (last !== undefined) ends[model].push([last.nsnr2, last.signal_mean / last.noise_mean]);
        }
        showRatio(chosen);
        const iterations = [diffusion, classifier].map((rows) => rows?.at(-1)?.iteration ?? 0);
        status.textContent = `Trained ${iterations.join(' and ')} iterations in ${((performance.now() - began) / 1000).toFixed(2)} s.`;
      } catch (error) {
        status.textContent = error instanceof Error ? error.message : String(error);
      }
    }
    running = false;
    status.dataset.done = 'true';
  };

  const change = () => {
    const changed = SLIDERS.filter(({ key }) => setting[key] !== ours[key]);
    const hash = changed.map(({ key }) => `${key}=${setting[key]}`).join('&');
    history.replaceState(null, '', `#${hash === '' ? 'play' : hash}`);
    const sets = SLIDERS.filter(({ key }) => key === 'nsnr2' || key === 'seed' || setting[key] !== ours[key]);
    command.textContent = `npx tsx pipeline.ts run figure-2 ${sets.map(({ key, param }) => `--set ${param}=${setting[key]}`).join(' ')}`;
    void retrain();
  };
  const controls = SLIDERS.map((slider) =>
    controlOf(slider, setting[slider.key] ?? slider.from, (value) => {
      if (!['nsnr2', 'seed'].includes(slider.key)) for (const points of Object.values(ends)) points.length = 0;
      setting = { ...setting, [slider.key]: value };
      change();
    }),
  );
  byId('play').replaceChildren(
    element('h2', {}, 'Train both models here'),
    element(
      'p',
      {},
      'The code is that of the pipeline, byte for byte. Move a slider, and both models train anew in your browser. The address of the page is the setting, and this makes the same:',
    ),
    element('p', {}, command),
    element(
      'div',
      { class: 'columns' },
      element('div', { class: 'sliders' }, ...controls, status),
      element('div', { class: 'charts' }, charts.diffusion, charts.classifier, charts.ratio),
    ),
  );
  let shown = false;
  byId('play').addEventListener('shown', () => {
    if (!shown) change();
    shown = true;
  });
}

/** Whether an address names a setting to play with. */
export function isSetting(hash: string): boolean {
  return Object.keys(settingIn(hash)).length > 0;
}

function settingIn(hash: string): Setting {
  const given = new URLSearchParams(hash.slice(1));
  return Object.fromEntries(
    SLIDERS.flatMap(({ key, from, to, whole }) => {
      const value = Number(given.get(key) ?? Number.NaN);
      return value >= from && value <= to && (!whole || Number.isInteger(value)) ? [[key, value]] : [];
    }),
  );
}

function controlOf(
  { key, label, from, to, whole }: Slider,
  value: number,
  onChange: (value: number) => void,
): HTMLElement {
  const shown = element('output', { for: key }, String(value));
  const place = Math.round((TICKS * ln(value / from)) / ln(to / from));
  const slider = element('input', { id: key, type: 'range', min: '0', max: String(TICKS), value: String(place) });
  slider.addEventListener('input', () => {
    const chosen = from * exp((ln(to / from) * Number(slider.value)) / TICKS);
    const rounded = whole ? Math.round(chosen) : Number(chosen.toPrecision(3));
    shown.textContent = String(rounded);
    onChange(rounded);
  });
  return element('p', {}, element('label', { for: key }, label, ' ', shown), slider);
}

function dynamicsOf(model: Model, rows: readonly AlignmentRow[]): SVGElement {
  const after = rows.filter(({ iteration }) => iteration > 0);
  const name = model === 'diffusion' ? 'diffusion model' : 'classifier';
  return logChart(
    `learning of the ${name}`,
    ['iteration', `${name}: learning (max)`],
    [
      {
        name: 'signal',
        color: COLORS.signal,
        look: 'line',
        points: after.map((row): Point => [row.iteration, row.signal_max]),
      },
      {
        name: 'noise',
        color: COLORS.noise,
        look: 'line',
        points: after.map((row): Point => [row.iteration, row.noise_max]),
      },
    ],
  );
}

function numbersIn(params: Readonly<Record<string, unknown>>): Setting {
  return Object.fromEntries(
    Object.entries(params).flatMap(([key, value]) => (typeof value === 'number' ? [[key, value] as const] : [])),
  );
}
