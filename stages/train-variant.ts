import * as v from 'valibot';
import { defineKind, StageError } from '../engine/kind.ts';
import { alignmentsOf } from '../science/alignments.ts';
import { ARCHITECTURES, classifierNetwork, denoiserNetwork, type Network } from '../science/architectures.ts';
import { expectedDenoisingLoss, variationalLoss } from '../science/expected-losses.ts';
import { forwardStep } from '../science/forward-step.ts';
import { DENOISING_OBJECTIVES, denoisingSteps } from '../science/generative-objectives.ts';
import type { MatrixBackend } from '../science/matrix-backend.ts';
import { BACKENDS } from '../science/open-backend.ts';
import { randomStream } from '../science/random.ts';
import { classificationLoss, sampledDenoisingLoss } from '../science/sampled-losses.ts';
import { descendInSpace, type Loss } from '../science/space-descent.ts';
import { distinctPatches, type TwoPatchSamples } from '../science/two-patch-data.ts';
import { rethrowDivergence } from './divergence.ts';
import { datasetFile } from './formats/dataset.ts';
import { learningCells } from './formats/learning.ts';
import { type VariantRow, variantTable } from './formats/variant-alignments.ts';
import { count, natural, positive } from './schemas.ts';
import { nativeOf, onStageBackend } from './stage-backend.ts';

const params = v.strictObject({
  /** The name of the variant, for the rows of the table. */
  variant: v.pipe(v.string(), v.minLength(1)),
  backend: v.picklist(BACKENDS),
  architecture: v.picklist(ARCHITECTURES),
  objective: v.picklist([...DENOISING_OBJECTIVES, 'variational-autoencoder', 'classification']),
  /**
   * Times of the forward step, drawn evenly; for `classification` at most one, and none if it sees the samples as they
   * are. The autoencoders and flow matching have no use for them.
   */
  times: v.array(positive),
  /** Null: the exact expectation, which is known for the quadratic architecture alone. */
  sampling: v.nullable(v.strictObject({ draws: count, batch: count })),
  /** Variance of the decoder of the variational autoencoder; null for all else. */
  decoderVariance: v.nullable(positive),
  /** Neurons of the first layer; a classifier has twice as many. */
  m: count,
  /** σ_0, the standard deviation of the weights at the start. */
  sigma0: positive,
  step: positive,
  iterations: count,
  recordsPerDecade: count,
  /** Of the start and of all that is drawn. */
  seed: natural,
});

type Params = v.InferOutput<typeof params>;

/**
 * Trains a network in R^d, with a fixed step for a fixed number of iterations: any architecture on any objective, with
 * its exact expectation or with noise, times and samples drawn in every step. Sampled gradients leave the span of start
 * and patches that the other trainings stay in.
 */
export default defineKind({
  name: 'train-variant',
  module: import.meta.url,
  params,
  inputs: { dataset: datasetFile },
  outputs: { table: variantTable },
  native: nativeOf,
  async run({ params, inputs, progress }) {
    const { variant, step, iterations, recordsPerDecade } = params;
    const { setting, train } = inputs.dataset;
    const { snr, nsnr2, seed } = setting;
    return onStageBackend(params.backend, async (backend) => {
      const { network, loss } = trainingOf(backend, params, train);
      const patches = backend.transpose(backend.upload(distinctPatches(train).patches));
      const rows: VariantRow[] = [];
      await descendInSpace(backend, network.start, loss, {
        step,
        iterations,
        recordsPerDecade,
        record(iteration, excessLoss, { W }) {
          const { projections } = backend.tidy(() => ({ projections: backend.matMul(W, patches) }));
          const learned = alignmentsOf(backend.download(projections), train.signals.rows);
          backend.dispose(projections);
          rows.push({
            variant,
            snr,
            nsnr2,
            seed,
            iteration,
            ...learningCells(learned),
            loss: excessLoss,
          });
        },
        report: (iteration, excessLoss) =>
          progress({
            done: iteration,
            total: iterations,
            unit: 'iterations',
            note: `loss − constant ${excessLoss.toPrecision(6)}`,
          }),
      }).catch(rethrowDivergence(`'${variant}' at n·SNR² = ${nsnr2}, seed ${seed},`));
      return { table: rows };
    });
  },
});

function trainingOf(
  backend: MatrixBackend,
  params: Params,
  samples: TwoPatchSamples,
): { network: Network; loss: Loss } {
  const { variant, architecture, objective, times, sampling, m, sigma0, seed } = params;
  const size = { m, d: samples.noises.columns, sigma0, seed };
  const stream = randomStream(seed, 'train-variant/draws');
  if (objective === 'classification') {
    const network = classifierNetwork(backend, architecture, size);
    const [forward] = times.map(forwardStep);
    return { network, loss: classificationLoss(network.layers, samples, forward, stream) };
  }
  const network = denoiserNetwork(architecture, size);
  if (sampling === null && architecture !== 'quadratic') {
    throw new StageError(`'${variant}': no exact expectation is known for the architecture ${architecture}: sample it`);
  }
  if (objective === 'variational-autoencoder') {
    if (sampling !== null) throw new StageError(`'${variant}': the variational autoencoder is trained exactly`);
    if (params.decoderVariance === null)
      throw new StageError(`${variant}: the autoencoder has no variance of its decoder`);
    return { network, loss: variationalLoss(backend, distinctPatches(samples), params.decoderVariance) };
  }
  const available = samples.labels.length;
  if (sampling !== null && sampling.batch > available) {
    throw new StageError(`'${variant}': a batch of ${sampling.batch} cannot be drawn from ${available} samples`);
  }
  const steps = denoisingSteps(objective, times);
  const loss =
    sampling === null
      ? expectedDenoisingLoss(backend, distinctPatches(samples), steps)
      : sampledDenoisingLoss(network.layers, samples, steps, sampling, stream);
  return { network, loss };
}
