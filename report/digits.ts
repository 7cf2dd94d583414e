import { denoised, meanDenoised, noisyPatch, prediction } from '../science/denoising.ts';
import { forwardStep } from '../science/forward-step.ts';
import { inputGradient } from '../science/input-gradient.ts';
import { row } from '../science/matrix.ts';
import { randomStream } from '../science/random.ts';
import { GREYS, SIGNED } from '../stages/figure/palette.ts';
import { type DigitModels, digitModelsFile } from '../stages/formats/digit-models.ts';
import { addressOf, digitIn, inLevels } from './digit-address.ts';
import { button, element } from './dom.ts';
import { drawingBoard } from './drawing-board.ts';
import { unpacked } from './embedded.ts';
import { logSlider } from './log-slider.ts';
import { paint, pictureCanvas, SIDE } from './picture.ts';

const PREFIX = 'digits-';
const TIME = { id: 'digits-t', label: 't, time of the noise', from: 0.02, to: 3, whole: false } as const;
const MAX_SEED = 1_000_000;

/** What the reader chooses. */
interface Choice {
  /** The figure whose models they are. */
  readonly figure: string;
  readonly models: DigitModels;
  /** The number of a test image, from 1, or the grey levels of a drawing, from 0 to 1. */
  readonly digit: number | Float64Array;
  readonly t: number;
  /** Of ε. */
  readonly seed: number;
}

/**
 * The part of the page where the reader gives both models a digit, as Figure 3 does.
 * @param hash The address of the page, which may name the digit.
 * @param onChosen is told of the address of each digit that is chosen, and of its noise; empty if it is that of the
 * start.
 * @returns the address of the digit that is shown.
 */
export async function showDigits(
  part: HTMLElement,
  hash: string,
  onChosen: (address: string) => void,
): Promise<string> {
  const sets = await Promise.all(
    [...document.querySelectorAll(`script[id^="${PREFIX}"]`)].map(async ({ id }) => {
      const models = digitModelsFile.decode(await unpacked(id));
      return { figure: id.slice(PREFIX.length), models, digit: 1, t: models.setting.t, seed: 1 };
    }),
  );
  const [start] = sets;
  if (start === undefined) return '';
  const { choice: named, problem } = choiceIn(hash, sets, start);
  let choice = named;
  const pictures = element('div', { class: 'pictures' });
  const thumbnails = element('p', { class: 'thumbnails', role: 'group', 'aria-label': 'test digits' });
  const trained = element('p');
  const message = element('p', { id: 'digits-message', role: 'status' }, problem);
  const board = drawingBoard((greys) => {
    // As an address holds it, so that whoever follows that sees the same.
    board.show(inLevels(greys));
    choose({ digit: inLevels(greys) });
  });
  const showChoice = () => pictures.replaceChildren(...picturesOf(choice));
  const choose = (change: Partial<Choice>) => {
    choice = { ...choice, ...change };
    message.textContent = '';
    showChoice();
    onChosen(addressOfChoice(choice, start));
  };
  const chooseDigit = (digit: number | Float64Array) => {
    choose({ digit });
    board.show(greysOf(choice));
  };
  const showModels = ({ models }: Choice) => {
    const { setting, digits, shown } = models;
    trained.textContent = `Trained on digits ${[...digits].reverse().join(' (F₋₁) and ')} (F₊₁) at SNR~ = ${setting.snr}, t = ${setting.t}; these test images were in no training:`;
    thumbnails.replaceChildren(
      ...[...shown].map((digit, i) => {
        const canvas = pictureCanvas(`a ${digit}`);
        paint(canvas, imageOf(models, i + 1), GREYS, 1);
        const chosen = button('', () => chooseDigit(i + 1), { 'aria-label': `a ${digit}, test image ${i + 1}` });
        chosen.append(canvas);
        return chosen;
      }),
    );
    board.show(greysOf(choice));
    showChoice();
  };
  const select = element(
    'select',
    { id: 'digits-models' },
    ...sets.map(({ figure }) => element('option', { value: figure }, figure)),
  );
  select.value = choice.figure;
  select.addEventListener('change', () => {
    const chosen = sets.find(({ figure }) => figure === select.value);
    if (chosen === undefined) return;
    choose({ figure: chosen.figure, models: chosen.models });
    showModels(choice);
  });
  part.replaceChildren(
    element('h2', {}, 'Give both models a digit'),
    element(
      'p',
      {},
      element('label', { for: 'digits-models' }, 'The weights are those at the end of '),
      select,
      '. Choose a digit, or draw one; the address of the page holds it. Pictures go from −s to s: grey ones from black to white, the others from blue through white to red.',
    ),
    message,
    element(
      'div',
      { class: 'columns' },
      element(
        'div',
        { class: 'sliders' },
        trained,
        thumbnails,
        board.canvas,
        element(
          'p',
          { class: 'buttons' },
          button('Clear', () => chooseDigit(new Float64Array(SIDE * SIDE))),
          button('Other noise', () => choose({ seed: choice.seed + 1 })),
        ),
        logSlider(TIME, choice.t, (t) => choose({ t })),
      ),
      pictures,
    ),
  );
  showModels(choice);
  return addressOfChoice(choice, start);
}

/** What an address chooses. What is wrong with it is told, and the start is chosen. */
function choiceIn(hash: string, sets: readonly Choice[], start: Choice): { choice: Choice; problem: string } {
  try {
    const { figure = start.figure, image = 1, drawn, noise = start.seed, time = start.t } = digitIn(hash);
    const models = sets.find((set) => set.figure === figure)?.models;
    if (models === undefined) throw new Error(`no models of '${figure}'`);
    if (image > models.shown.length) throw new Error(`no test image ${image}`);
    if (noise > MAX_SEED) throw new Error(`no noise ${noise}`);
    if (time < TIME.from || time > TIME.to) throw new Error(`no t of ${time}`);
    return { choice: { figure, models, digit: drawn ?? image, t: time, seed: noise }, problem: '' };
  } catch {
    const problem = 'The address of the page names no digit that can be shown, perhaps since a part of it is lost.';
    return { choice: start, problem };
  }
}

function addressOfChoice({ figure, digit, t, seed }: Choice, start: Choice): string {
  return addressOf({
    ...(figure === start.figure ? {} : { figure }),
    ...(typeof digit !== 'number' ? { drawn: digit } : digit === start.digit ? {} : { image: digit }),
    ...(seed === start.seed ? {} : { noise: seed }),
    ...(t === start.t ? {} : { time: t }),
  });
}

/** What both models make of a digit. */
function picturesOf(choice: Choice): HTMLElement[] {
  const { models, t, seed } = choice;
  const { setting, plus, minus, diffusion } = models;
  const forward = forwardStep(t);
  const x = greysOf(choice).map((grey) => setting.white * grey);
  const random = randomStream(seed, 'digits/noise');
  const noisy = noisyPatch(
    x,
    forward,
    x.map(() => random.gaussian()),
  );
  const gradients = [plus, minus].map((neurons) => inputGradient(neurons, x));
  const predicted = prediction(diffusion, noisy);
  const grey = (title: string, pixels: Float64Array) => {
    const canvas = pictureCanvas(title);
    paint(canvas, pixels, GREYS, setting.scale);
    return captioned(canvas, title, `s = ${setting.scale}`);
  };
  const signed = (title: string, pixels: Float64Array, bound: number) => {
    const canvas = pictureCanvas(title);
    paint(canvas, pixels, SIGNED, bound || 1);
    return captioned(canvas, title, `s = ${bound.toPrecision(2)}`);
  };
  const steepest = largest(...gradients);
  return [
    grey('digit x', x),
    ...gradients.map((gradient, i) =>
      signed(`input gradient of ${i === 0 ? 'F₊₁' : 'F₋₁'} (digit ${models.digits[i]})`, gradient, steepest),
    ),
    grey('denoised, mean over noise', meanDenoised(diffusion, x, forward)),
    grey('noised xₜ', noisy),
    signed('predicted noise f(xₜ)', predicted, largest(predicted)),
    grey('denoised x̂', denoised(diffusion, noisy, forward)),
    grey(
      'x̂ of W = 0',
      noisy.map((value) => value / forward.alpha),
    ),
  ];
}

function captioned(canvas: HTMLCanvasElement, title: string, scale: string): HTMLElement {
  return element('div', {}, canvas, element('p', {}, title, element('small', {}, scale)));
}

function largest(...vectors: readonly Float64Array[]): number {
  return Math.max(...vectors.map((vector) => Math.max(...vector.map(Math.abs))));
}

/** Grey levels from 0 to 1. */
function greysOf({ models, digit }: Choice): Float64Array {
  return typeof digit === 'number' ? imageOf(models, digit) : digit;
}

/** The grey levels of a test image. @param number from 1. */
function imageOf({ images, setting }: DigitModels, number: number): Float64Array {
  return row(images, number - 1).map((value) => value / setting.white);
}
