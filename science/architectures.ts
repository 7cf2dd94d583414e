import { secondLayer } from './classifier.ts';
import { initialWeights } from './initial-weights.ts';
import type { Matrix } from './matrix.ts';
import type { MatrixBackend } from './matrix-backend.ts';
import { cubic, type Layer, linear, linearTransposed, quadratic, readout, relu, type Weights } from './network.ts';
import { type RandomStream, randomStream } from './random.ts';

/**
 * The network of paper.md §1 (`quadratic`), and what may take its place: another activation; a second layer with
 * weights of its own; one more layer, of ReLUs, between the quadratic one and the last.
 */
export const ARCHITECTURES = ['quadratic', 'relu', 'cubic', 'untied', 'deep'] as const;

export type Architecture = (typeof ARCHITECTURES)[number];

/** A network and the start of its training. Its weights `W` are those of the first layer, a row a neuron. */
export interface Network {
  readonly layers: readonly Layer[];
  readonly start: Weights<Matrix>;
}

/** How large a network is, and how it starts. */
export interface NetworkSize {
  readonly m: number;
  readonly d: number;
  /** Standard deviation of the weights at the start, where nothing else is said. */
  readonly sigma0: number;
  readonly seed: number;
}

/**
 * The network of the diffusion model: f(z) = (1/√m) Σ_r φ(⟨w_r, z⟩) w_r from R^d to R^d. Untied: the outer w_r is a v_r
 * of its own. Deep: the m activations pass through u ↦ relu(U·u) first, where U starts from N(0, 1/m).
 */
export function denoiserNetwork(architecture: Architecture, size: NetworkSize): Network {
  const { m, d, sigma0, seed } = size;
  const scale = 1 / Math.sqrt(m);
  const weightsOf = (name: string) => initialWeights(m, d, sigma0, streamOf(seed, 'denoiser', name));
  const W = weightsOf('W');
  const encoder = [linear('W'), activationOf(architecture)];
  const decoder = linearTransposed('W', scale);
  switch (architecture) {
    case 'untied':
      return { layers: [...encoder, linearTransposed('V', scale)], start: { W, V: weightsOf('V') } };
    case 'deep': {
      const U = initialWeights(m, m, scale, streamOf(seed, 'denoiser', 'U'));
      return { layers: [...encoder, linear('U'), relu, decoder], start: { W, U } };
    }
    default:
      return { layers: [...encoder, decoder], start: { W } };
  }
}

/**
 * The network of the classifier, from a patch to what it adds to F_{+1} - F_{-1}: Σ_r a_r φ(⟨w_r, z⟩) over 2m neurons,
 * with a_r fixed at ±1/m. Untied: a is trained, from ±1/m. Deep: the activations pass through u ↦ relu(U·u) first,
 * where U starts from N(0, 1/2m).
 */
export function classifierNetwork(backend: MatrixBackend, architecture: Architecture, size: NetworkSize): Network {
  const { m, d, sigma0, seed } = size;
  const W = initialWeights(2 * m, d, sigma0, streamOf(seed, 'classifier', 'W'));
  const encoder = [linear('W'), activationOf(architecture)];
  const a = { rows: 2 * m, columns: 1, values: secondLayer(m).values };
  const fixed = () => readout(backend.upload(a));
  switch (architecture) {
    case 'untied':
      return { layers: [...encoder, linearTransposed('a')], start: { W, a } };
    case 'deep': {
      const U = initialWeights(2 * m, 2 * m, 1 / Math.sqrt(2 * m), streamOf(seed, 'classifier', 'U'));
      return { layers: [...encoder, linear('U'), relu, fixed()], start: { W, U } };
    }
    default:
      return { layers: [...encoder, fixed()], start: { W } };
  }
}

function activationOf(architecture: Architecture): Layer {
  if (architecture === 'relu') return relu;
  return architecture === 'cubic' ? cubic : quadratic;
}

function streamOf(seed: number, network: string, name: string): RandomStream {
  return randomStream(seed, `${network}/start/${name}`);
}
