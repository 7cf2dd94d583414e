import { logSlider } from './log-slider.ts';

/** What the reader chooses; `param` is where the pipeline has it. */
interface Slider {
  readonly key: string;
  readonly label: string;
  readonly param: string;
  readonly from: number;
  readonly to: number;
  readonly whole: boolean;
}

/** The values of n·SNR² that a reader can choose. */
export const NSNR2 = { from: 0.05, to: 60 } as const;

const SLIDERS: readonly Slider[] = [
  { key: 'nsnr2', label: 'n·SNR², strength of the signal', param: 'synthetic.low', ...NSNR2, whole: false },
  { key: 't', label: 't, time of the diffusion model', param: 't', from: 0.02, to: 3, whole: false },
  { key: 'n', label: 'n, training samples', param: 'synthetic.n', from: 4, to: 100, whole: true },
  { key: 'd', label: 'd, dimension of a patch', param: 'synthetic.d', from: 50, to: 4000, whole: true },
  { key: 'm', label: 'm, neurons', param: 'synthetic.m', from: 2, to: 60, whole: true },
  { key: 'sigma0', label: 'σ₀, size of the weights at first', param: 'sigma0', from: 1e-4, to: 0.1, whole: false },
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

/** The value of each slider. */
export type Setting = Readonly<Record<string, number>>;

/** What a figure shows many values of; every command names both. */
const SWEPT: readonly string[] = ['nsnr2', 'seed'];

/** Whether an address names a setting to play with, be it a wrong one. */
export function isSetting(hash: string): boolean {
  const given = new URLSearchParams(hash.slice(1));
  return SLIDERS.some(({ key }) => given.has(key));
}

/** What an address says of the setting. */
export function settingIn(hash: string): Setting {
  const given = new URLSearchParams(hash.slice(1));
  return Object.fromEntries(
    SLIDERS.flatMap(({ key, from, to, whole }) => {
      const value = Number(given.get(key) ?? Number.NaN);
      return value >= from && value <= to && (!whole || Number.isInteger(value)) ? [[key, value]] : [];
    }),
  );
}

/** What is other in a setting than in ours, as a part of an address. */
export function addressOfSetting(setting: Setting, ours: Setting): string {
  const changed = SLIDERS.filter(({ key }) => setting[key] !== ours[key]);
  return changed.map(({ key }) => `${key}=${setting[key]}`).join('&');
}

/**
 * The command that trains at a setting. It shows n·SNR² in the place of the low one of Figure 2, and in that of the
 * high one where it is as large.
 * @param high The high n·SNR² of Figure 2.
 */
export function commandOf(setting: Setting, ours: Setting, high: number): string {
  const named = SLIDERS.filter(({ key }) => SWEPT.includes(key) || setting[key] !== ours[key]);
  const choices = named.map(({ key, param }) => {
    const isHigh = key === 'nsnr2' && (setting[key] ?? 0) >= high;
    return `--set ${isHigh ? 'synthetic.high' : param}=${setting[key]}`;
  });
  return `npx tsx pipeline.ts run figure-2 ${choices.join(' ')}`;
}

/** A setting in words, but for the seed and n·SNR². */
export function curveOf(setting: Setting): string {
  const fixed = SLIDERS.filter(({ key }) => !SWEPT.includes(key));
  return fixed.map(({ key, label }) => `${label} = ${setting[key]}`).join('; ');
}

/** The sliders, which stand where a setting says. @param onChange is told of every change. */
export function slidersOf(setting: Setting, onChange: (key: string, value: number) => void): HTMLElement[] {
  return SLIDERS.map(({ key, ...range }) =>
    logSlider({ id: key, ...range }, setting[key] ?? range.from, (value) => onChange(key, value)),
  );
}

/** What an address gives a slider that this can't be. */
export function refusedIn(hash: string): string[] {
  const given = new URLSearchParams(hash.slice(1));
  const setting = settingIn(hash);
  return SLIDERS.filter(({ key }) => given.has(key) && !(key in setting)).map(
    ({ key, from, to, whole }) =>
      `${key} is ${given.get(key)}, and can be ${whole ? 'a whole number ' : ''}from ${from} to ${to}`,
  );
}
