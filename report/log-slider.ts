import { exp, ln } from '../science/special-functions.ts';
import { element } from './dom.ts';

/** A positive number that a reader chooses. */
export interface Range {
  readonly id: string;
  readonly label: string;
  readonly from: number;
  readonly to: number;
  /** Whether it is a whole number; if not, it has three digits. */
  readonly whole: boolean;
}

/** How many values a slider has room for. */
const TICKS = 1000;

/**
 * A slider whose values are spaced evenly in their logarithm, with its label.
 * @param onChange is told of every change.
 */
export function logSlider(
  { id, label, from, to, whole }: Range,
  value: number,
  onChange: (value: number) => void,
): HTMLElement {
  const shown = element('output', { for: id }, String(value));
  const place = Math.round((TICKS * ln(value / from)) / ln(to / from));
  const slider = element('input', { id, type: 'range', min: '0', max: String(TICKS), value: String(place) });
  slider.setAttribute('aria-valuetext', String(value));
  slider.addEventListener('input', () => {
    const chosen = from * exp((ln(to / from) * Number(slider.value)) / TICKS);
    const rounded = whole ? Math.round(chosen) : Number(chosen.toPrecision(3));
    shown.textContent = String(rounded);
    slider.setAttribute('aria-valuetext', String(rounded));
    onChange(rounded);
  });
  return element('p', {}, element('label', { for: id }, label, shown), slider);
}
