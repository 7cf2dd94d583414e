import { type DenoisingTarget, NOISE } from './diffusion.ts';
import { type ForwardStep, forwardStep } from './forward-step.ts';

/** One of the forward steps of a denoising objective, and what is to be predicted after it. */
export interface DenoisingStep {
  readonly forward: ForwardStep;
  readonly target: DenoisingTarget;
  /** How likely the step is; the weights of an objective add up to 1. */
  readonly weight: number;
}

/** Objectives that ask a network for a combination of x and ε, given αx + βε. */
export const DENOISING_OBJECTIVES = ['diffusion', 'denoising-autoencoder', 'autoencoder', 'flow-matching'] as const;

export type DenoisingObjective = (typeof DENOISING_OBJECTIVES)[number];

/** The target of autoencoders. */
const CLEAN: DenoisingTarget = { clean: 1, noise: 0 };

/**
 * The steps of an objective. `diffusion` predicts ε and `denoising-autoencoder` predicts x, both at times drawn evenly
 * from a schedule. `autoencoder` predicts x from x. `flow-matching` predicts ε - x at (1 - τ)x + τε, with τ uniform on
 * [0, 1]: for the quadratic network the loss is a polynomial of degree 4 in τ, whose mean the three points of Gauss and
 * Legendre give exactly.
 * @param times The schedule, of t > 0.
 */
export function denoisingSteps(objective: DenoisingObjective, times: readonly number[]): DenoisingStep[] {
  switch (objective) {
    case 'diffusion':
      return scheduled(NOISE, times);
    case 'denoising-autoencoder':
      return scheduled(CLEAN, times);
    case 'autoencoder':
      return [{ forward: { alpha: 1, beta: 0 }, target: CLEAN, weight: 1 }];
    case 'flow-matching':
      return [flowStep(0.5 - Math.sqrt(0.15), 5 / 18), flowStep(0.5, 8 / 18), flowStep(0.5 + Math.sqrt(0.15), 5 / 18)];
  }
}

function scheduled(target: DenoisingTarget, times: readonly number[]): DenoisingStep[] {
  return times.map((t) => ({ forward: forwardStep(t), target, weight: 1 / times.length }));
}

function flowStep(tau: number, weight: number): DenoisingStep {
  return { forward: { alpha: 1 - tau, beta: tau }, target: { clean: -1, noise: 1 }, weight };
}
