import type { ForwardStep } from './forward-step.ts';
import { exp, ln, log1p } from './special-functions.ts';

/** All that decides the stationary ratio (paper.md §5). */
export interface MeanFieldSetting {
  /** n·SNR². */
  readonly nsnr2: number;
  /** κ, see `kappaOf`. */
  readonly kappa: number;
  /** Neurons. */
  readonly m: number;
}

/** Where training ends if all neurons have the same projections on the patches. */
export interface MeanField {
  /** Signal by noise learning. */
  readonly ratio: number;
  /** The loss without its constant. */
  readonly excessLoss: number;
  /** The share of ‖W‖² outside of the span of the patches. */
  readonly outside: number;
}

/** The sizes that κ is made of. */
export interface KappaSize {
  readonly n: number;
  readonly d: number;
  /** σ_ξ. */
  readonly sigma: number;
  readonly forward: ForwardStep;
}

/** κ = nβ²/(α²σ_ξ²d): n times the variance of the noise in x_t, by the squared norm of a noise patch in it. */
export function kappaOf({ n, d, sigma, forward: { alpha, beta } }: KappaSize): number {
  return (n * beta * beta) / (alpha * alpha * sigma * sigma * d);
}

/** The time t at which κ is this: α²κσ_ξ²d = nβ² with β² = 1 − α². */
export function timeOfKappa(kappa: number, { n, d, sigma }: Omit<KappaSize, 'forward'>): number {
  return log1p((kappa * sigma * sigma * d) / n) / 2;
}

/** Minima are sought within this factor of 1. */
const FARTHEST = 1e8;

/**
 * The mean field of the diffusion model: the least loss of neurons that share their component in the span of the
 * patches, and whose other components form a simplex (paper.md §5). With a_ξ = λ, a_μ = λρ and β²‖w‖² = λ²η in units of
 * (β√m)^⅓, that loss is m(λ⁶F₆ − λ³F₃), which over λ is at least −mF₃²/4F₆. The rest is a search for the best ρ, and
 * the best η for each.
 */
export function meanField(setting: MeanFieldSetting): MeanField {
  // A single neuron is its own common component.
  const etaOf = (ratio: number) =>
    setting.m === 1 ? inSpan(setting, ratio) : leastAt((eta) => -depthOf(setting, ratio, eta));
  const ratio = leastAt((ratio) => -depthOf(setting, ratio, etaOf(ratio)));
  const eta = etaOf(ratio);
  return { ratio, excessLoss: -depthOf(setting, ratio, eta), outside: 1 - inSpan(setting, ratio) / eta };
}

/** β²U: what η would be were all of the weights in the span of the patches. */
function inSpan({ nsnr2, kappa }: MeanFieldSetting, ratio: number): number {
  return kappa * ((2 * ratio * ratio) / nsnr2 + 1);
}

/** mF₃²/4F₆: how far the loss falls below its constant for weights of this shape and the best length. */
function depthOf(setting: MeanFieldSetting, ratio: number, eta: number): number {
  const { m } = setting;
  const mU = m * inSpan(setting, ratio);
  // The scalar product of two neurons.
  const k = m === 1 ? 0 : (mU - eta) / (m - 1);
  const sixthOf = (a: number) => {
    const squares = a * a + eta;
    return mU * squares * squares + eta * eta * (4 * a * a + 2 * eta) + (mU - eta) * k * (4 * a * a + 2 * k);
  };
  const sixth = (sixthOf(ratio) + sixthOf(1)) / 2;
  const third = 2 * eta * (ratio + 1);
  return (m * third * third) / (4 * sixth);
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** After so many, the interval is as short as rounding lets a minimum be told. */
const GOLDEN_SECTIONS = 60;

/** The x > 0 at which a function is least that falls before it and rises behind it, by golden sections of ln x. */
function leastAt(f: (x: number) => number): number {
  let [low, high] = [-ln(FARTHEST), ln(FARTHEST)];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [atLeft, atRight] = [f(exp(left)), f(exp(right))];
  for (let i = 0; i < GOLDEN_SECTIONS; i++) {
    if (atLeft < atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = f(exp(left));
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = f(exp(right));
    }
  }
  return exp((low + high) / 2);
}
