import { forwardStep } from '../science/forward-step.ts';
import { kappaOf, meanField } from '../science/mean-field.ts';
import { exp, ln } from '../science/special-functions.ts';
import { COLORS, REFERENCE_COLOR } from '../stages/figure/theme.ts';
import type { AlignmentRow } from '../stages/formats/alignments.ts';
import { logChart, type Point, type Series } from './chart.ts';
import { namesDigit } from './digit-address.ts';
import { showDigits } from './digits.ts';
import { button, byId, element } from './dom.ts';
import type { Embedded } from './embedded.ts';
import { type Pool, StoppedError } from './pool.ts';
import {
  addressOfSetting,
  commandOf,
  curveOf,
  isSetting,
  NSNR2,
  refusedIn,
  type Setting,
  settingIn,
  slidersOf,
} from './setting.ts';
import { MODELS, type Model, Trainer } from './trainer.ts';

const NAMES = { diffusion: 'diffusion model', classifier: 'classifier' } as const;

/** The values of n·SNR² that the mean field is drawn at. */
const SWEEP = Array.from({ length: 25 }, (_, i) => NSNR2.from * exp((ln(NSNR2.to / NSNR2.from) * i) / 24));

/** The axis of iterations reaches this far at least. */
const ITERATIONS = 1000;

/** The address follows what is chosen once that rests so long: browsers refuse too many changes of it. */
const REST_MS = 150;

/**
 * What trains for a setting that is no longer wanted may come to its end so long: most trainings take no longer, and a
 * new worker takes time to start.
 */
const PATIENCE_MS = 400;

/** How a training has ended. */
interface End {
  readonly model: Model;
  readonly setting: Setting;
  readonly ratio: number;
}

/** The tab where both models train in the reader's browser, by the very bundles of the pipeline. */
export async function showPlay(embedded: Embedded, pool: Pool): Promise<void> {
  const trainer = new Trainer(embedded, pool);
  const { ours, high, sigma } = trainer;
  let setting: Setting = { ...ours, ...settingIn(location.hash) };
  /** Of this visit. */
  const ends: End[] = [];
  const charts = { diffusion: element('div'), classifier: element('div'), ratio: element('div') };
  const command = element('code', { id: 'play-command' });
  const status = element('p', { id: 'play-status', role: 'status' });

  let stopping = new AbortController();
  const trainBoth = async (chosen: Setting) => {
    const began = performance.now();
    const iterations = { diffusion: 0, classifier: 0 };
    stopping = new AbortController();
    const learning = await trainer.train(chosen, {
      learned: (model, rows) => charts[model].replaceChildren(dynamicsOf(model, rows)),
      progressed: (model, { done }) => {
        iterations[model] = Math.max(done, iterations[model]);
        status.textContent = `Training, ${progressText(iterations)} …`;
      },
      outdated: () => chosen !== setting,
      signal: stopping.signal,
    });
    if (chosen !== setting) return;
    const lasts = MODELS.map((model) => learning[model].at(-1));
    for (const last of lasts) {
      if (last !== undefined) {
        ends.push({ model: last.model, setting: chosen, ratio: last.signal_mean / last.noise_mean });
      }
    }
    charts.ratio.replaceChildren(ratioChart(ends, chosen, sigma));
    for (const last of lasts) if (last !== undefined) iterations[last.model] = last.iteration;
    status.textContent = `Trained in ${((performance.now() - began) / 1000).toFixed(2)} s, ${progressText(iterations)}.`;
  };

  let running = false;
  const retrain = async () => {
    if (running) return;
    running = true;
    for (let trained: Setting | undefined; trained !== setting; ) {
      trained = setting;
      await trainBoth(trained).catch((error: unknown) => {
        if (!(error instanceof StoppedError))
          status.textContent = error instanceof Error ? error.message : String(error);
      });
    }
    running = false;
    status.ariaBusy = 'false';
    status.dataset.done = 'true';
  };

  let digit = '';
  let due: ReturnType<typeof setTimeout> | undefined;
  const address = () => {
    const parts = [addressOfSetting(setting, ours), digit].filter((part) => part !== '');
    return `#${parts.join('&') || 'play'}`;
  };
  const showAddress = () => {
    clearTimeout(due);
    due = setTimeout(() => {
      if (!byId('play').hidden) history.replaceState(history.state, '', address());
    }, REST_MS);
  };

  const change = () => {
    showAddress();
    command.textContent = commandOf(setting, ours, high);
    charts.ratio.replaceChildren(ratioChart(ends, setting, sigma));
    const outdated = stopping;
    if (running) setTimeout(() => outdated.abort(), PATIENCE_MS);
    delete status.dataset.done;
    // Who listens to the page hears the end.
    status.ariaBusy = 'true';
    void retrain();
  };
  const sliders = element('div');
  const showSliders = () =>
    sliders.replaceChildren(
      ...slidersOf(setting, (key, value) => {
        setting = { ...setting, [key]: value };
        change();
      }),
    );
  const reset = button('Our setting', () => {
    setting = ours;
    showSliders();
    change();
  });
  showSliders();
  const refused = refusedIn(location.hash).join('; ');
  const digits = element('div', { id: 'digits' });
  byId('play').replaceChildren(
    element('h2', {}, 'Train both models here'),
    element(
      'p',
      {},
      'The code is that of the pipeline, byte for byte. Move a slider, and both models train anew in your browser. The address of the page holds the setting, and this makes the same:',
    ),
    element('p', {}, command),
    element('p', { id: 'play-refused', class: 'part' }, refused && `The address can't be followed: ${refused}.`),
    element(
      'div',
      { class: 'columns' },
      element('div', { class: 'sliders' }, sliders, reset, status),
      element(
        'div',
        { class: 'charts', tabindex: '0', role: 'region', 'aria-label': 'how the training goes' },
        charts.diffusion,
        charts.classifier,
        charts.ratio,
      ),
    ),
    digits,
  );
  const named = namesDigit(location.hash);
  digit = await showDigits(digits, location.hash, (address) => {
    digit = address;
    showAddress();
  });
  let shown = false;
  byId('play').addEventListener('shown', () => {
    const { hash } = location;
    // The sliders stand where the address said when they were made, and so does the digit.
    if (shown && hash !== address() && (isSetting(hash) || namesDigit(hash))) return location.reload();
    showAddress();
    if (shown) return;
    shown = true;
    change();
    if (named) digits.scrollIntoView();
  });
}

/** How trainings of this visit have ended beside the mean field of a setting; those of other curves are faint. */
function ratioChart(ends: readonly End[], setting: Setting, sigma: number): SVGElement {
  const { n = 1, d = 1, t = 1, m = 1 } = setting;
  const kappa = kappaOf({ n, d, sigma, forward: forwardStep(t) });
  const theory = SWEEP.map((nsnr2): Point => [nsnr2, meanField({ nsnr2, kappa, m }).ratio]);
  const curve = curveOf(setting);
  const dotsOf = (model: Model, look: 'dots' | 'faint dots'): Series => ({
    name: look === 'dots' ? NAMES[model] : '',
    color: COLORS[model],
    look,
    points: ends
      .filter((end) => end.model === model && (curveOf(end.setting) === curve) === (look === 'dots'))
      .map((end): Point => [end.setting.nsnr2 ?? 0, end.ratio]),
  });
  return logChart(
    'the ratio when training ends',
    ['n·SNR²', 'signal / noise learning (mean)'],
    [
      ...MODELS.map((model) => dotsOf(model, 'faint dots')),
      { name: `the mean field at κ = ${kappa.toPrecision(2)}`, color: REFERENCE_COLOR, look: 'dashed', points: theory },
      ...MODELS.map((model) => dotsOf(model, 'dots')),
    ],
  );
}

function dynamicsOf(model: Model, rows: readonly AlignmentRow[]): SVGElement {
  const after = rows.filter(({ iteration }) => iteration > 0);
  return logChart(
    `learning of the ${NAMES[model]}`,
    ['iteration', `${NAMES[model]}: learning (max)`],
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
    ITERATIONS,
  );
}

/** How far both trainings are, or were. */
function progressText(iterations: Readonly<Record<Model, number>>): string {
  return MODELS.map((model) => `the ${NAMES[model]} for ${iterations[model]} iterations`).join(' and ');
}
