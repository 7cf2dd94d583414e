import { denoised, meanDenoised, noisyPatch, prediction } from '../science/denoising.ts';
import { forwardStep } from '../science/forward-step.ts';
import { inputGradient } from '../science/input-gradient.ts';
import { row } from '../science/matrix.ts';
import { randomStream } from '../science/random.ts';
import { exp, ln } from '../science/special-functions.ts';
import { GREYS, SIGNED } from '../stages/figure/palette.ts';
import { type DigitModels, digitModelsFile } from '../stages/formats/digit-models.ts';
import { button, element } from './dom.ts';
import { drawingBoard } from './drawing-board.ts';
import { unpacked } from './embedded.ts';
import { paint, pictureCanvas, SIDE } from './picture.ts';

const PREFIX = 'digits-';
const TIMES = { from: 0.02, to: 3, ticks: 1000 } as const;

/** What the reader chooses. */
interface Choice {
  readonly models: DigitModels;
  /** Grey levels from 0 to 1. */
  readonly greys: Float64Array;
  readonly t: number;
  /** Of ε. */
  readonly seed: number;
}

/** The part of the page where the reader gives both models a digit, as Figure 3 does. */
export async function showDigits(part: HTMLElement): Promise<void> {
  const sets = await Promise.all(
    [...document.querySelectorAll(`script[id^="${PREFIX}"]`)].map(
      async ({ id }) => [id.slice(PREFIX.length), digitModelsFile.decode(await unpacked(id))] as const,
    ),
  );
  const [first] = sets;
  if (first === undefined) return;
  const empty = new Float64Array(SIDE * SIDE);
  let choice: Choice = { models: first[1], greys: greysOf(first[1], 0), t: first[1].setting.t, seed: 1 };
  const pictures = element('div', { class: 'pictures' });
  const thumbnails = element('p', { class: 'thumbnails', role: 'group', 'aria-label': 'test digits' });
  const trained = element('p');
  const choose = (change: Partial<Choice>) => {
    choice = { ...choice, ...change };
    pictures.replaceChildren(...picturesOf(choice));
  };
  const board = drawingBoard((greys) => choose({ greys }));
  const chooseDigit = (greys: Float64Array) => {
    board.show(greys);
    choose({ greys });
  };
  const chooseModels = (models: DigitModels) => {
    const { setting, digits } = models;
    trained.textContent = `Trained on digits ${[...digits].reverse().join(' (F₋₁) and ')} (F₊₁) at SNR~ = ${setting.snr}, t = ${setting.t}; these test images were in no training:`;
    thumbnails.replaceChildren(
      ...[...models.shown].map((digit, i) => {
        const greys = greysOf(models, i);
        const canvas = pictureCanvas(`a ${digit}`);
        paint(canvas, greys, GREYS, 1);
        const chosen = button('', () => chooseDigit(greys), { 'aria-label': `a ${digit}, test image ${i + 1}` });
        chosen.append(canvas);
        return chosen;
      }),
    );
    choose({ models });
  };
  const select = element(
    'select',
    { id: 'digits-models' },
    ...sets.map(([name]) => element('option', { value: name }, name)),
  );
  select.addEventListener('change', () => {
    const chosen = sets.find(([name]) => name === select.value);
    if (chosen !== undefined) chooseModels(chosen[1]);
  });
  part.replaceChildren(
    element('h2', {}, 'Give both models a digit'),
    element(
      'p',
      {},
      element('label', { for: 'digits-models' }, 'The weights are those at the end of '),
      select,
      '. Choose a digit, or draw one. Pictures go from −s to s: grey ones from black to white, the others from blue through white to red.',
    ),
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
          button('Clear', () => chooseDigit(empty)),
          button('Other noise', () => choose({ seed: choice.seed + 1 })),
        ),
        ...timeSlider(choice.t, (t) => choose({ t })),
      ),
      pictures,
    ),
  );
  board.show(choice.greys);
  chooseModels(choice.models);
}

/** What both models make of a digit. */
function picturesOf({ models, greys, t, seed }: Choice): HTMLElement[] {
  const { setting, plus, minus, diffusion } = models;
  const forward = forwardStep(t);
  const x = greys.map((grey) => setting.white * grey);
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

function greysOf({ images, setting }: DigitModels, i: number): Float64Array {
  return row(images, i).map((value) => value / setting.white);
}

function timeSlider(t: number, onChange: (t: number) => void): HTMLElement[] {
  const { from, to, ticks } = TIMES;
  const shown = element('output', { for: 'digits-t' }, String(t));
  const place = Math.round((ticks * ln(t / from)) / ln(to / from));
  const slider = element('input', {
    id: 'digits-t',
    type: 'range',
    min: '0',
    max: String(ticks),
    value: String(place),
  });
  slider.addEventListener('input', () => {
    const chosen = Number((from * exp((ln(to / from) * Number(slider.value)) / ticks)).toPrecision(3));
    shown.textContent = String(chosen);
    onChange(chosen);
  });
  return [element('p', {}, element('label', { for: 'digits-t' }, 't of the noise ', shown), slider)];
}
