import { exp } from './special-functions.ts';

/** The forward step x_t = αx + βε of one time t. */
export interface ForwardStep {
  readonly alpha: number;
  readonly beta: number;
}

/** The forward step at time t > 0: α = e^-t, β = √(1 - e^-2t) (paper.md §1). */
export function forwardStep(t: number): ForwardStep {
  const alpha = exp(-t);
  return { alpha, beta: Math.sqrt(1 - alpha * alpha) };
}
