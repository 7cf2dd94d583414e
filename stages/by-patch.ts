import * as v from 'valibot';
import { defineKind, many } from '../engine/kind.ts';
import { bootstrapMean } from '../science/bootstrap.ts';
import { drawnGains, expectedGain } from '../science/denoising-gain.ts';
import { forwardStep } from '../science/forward-step.ts';
import { inputGradient } from '../science/input-gradient.ts';
import { type Matrix, row } from '../science/matrix.ts';
import { openPortableBackend } from '../science/portable-backend.ts';
import { randomStream } from '../science/random.ts';
import { noisePatches, signalPatches, type TwoPatchSamples } from '../science/two-patch-data.ts';
import { dot } from '../science/vector.ts';
import { type ByPatchRow, byPatchTable } from './formats/by-patch.ts';
import { checkpointsFile } from './formats/checkpoints.ts';
import { datasetFile } from './formats/dataset.ts';
import { lastCoordinates, lastWeights, neuronsOf } from './last-weights.ts';
import { count, positive } from './schemas.ts';

/** Measures what both models do with each patch of Noisy-MNIST, of training and of test samples (paper.md §4). */
export default defineKind({
  name: 'by-patch',
  module: import.meta.url,
  params: v.strictObject({
    /** The time of the forward step that the diffusion models were trained at. */
    t: positive,
    /** Draws of ε. */
    draws: count,
  }),
  inputs: { runs: many({ dataset: datasetFile, classifier: checkpointsFile, diffusion: checkpointsFile }) },
  outputs: { table: byPatchTable },
  async run({ params, inputs, progress }) {
    const forward = forwardStep(params.t);
    const rows: ByPatchRow[] = [];
    for (const [i, { dataset, classifier, diffusion }] of inputs.runs.entries()) {
      const { snr, seed } = dataset.setting;
      const backend = openPortableBackend('float64');
      const classifierWeights = lastWeights(classifier);
      const weights = lastCoordinates(diffusion);
      for (const samples of ['training', 'test'] as const) {
        const data = samples === 'training' ? dataset.train : dataset.test;
        const gradients = gradientEnergies(classifierWeights, data);
        for (const patch of ['image', 'noise'] as const) {
          const patches = patch === 'image' ? signalPatches(data) : noisePatches(data);
          const random = (use: string) => randomStream(seed, `by-patch/${use}/${samples}/${patch}`);
          const drawn = drawnGains(backend, weights, forward, patches.patches, params.draws, random('noise'));
          const { estimate, interval } = bootstrapMean(drawn, random('bootstrap'));
          rows.push({
            snr,
            seed,
            samples,
            patch,
            gradient: gradients[patch],
            gain: expectedGain(backend, weights, forward, patches),
            gain_drawn: estimate,
            gain_low: interval[0],
            gain_high: interval[1],
          });
        }
      }
      await progress({ done: i + 1, total: inputs.runs.length, unit: 'trainings' });
    }
    return { table: rows };
  },
});

/** The mean over samples of ‖∇F_y‖² by each patch. */
function gradientEnergies(weights: Matrix, { signals, signalOf, noises, labels }: TwoPatchSamples) {
  const [plus, minus] = [neuronsOf(weights, 1), neuronsOf(weights, -1)];
  const energies = { image: 0, noise: 0 };
  labels.forEach((label, i) => {
    const patches = { image: row(signals, signalOf[i]), noise: row(noises, i) };
    for (const patch of ['image', 'noise'] as const) {
      const gradient = inputGradient(label === 1 ? plus : minus, patches[patch]);
      energies[patch] += dot(gradient, gradient) / labels.length;
    }
  });
  return energies;
}
