import { labelledPatches, logisticObjective, secondLayer } from '../science/classifier.ts';
import { denoisingObjective, denoisingTask } from '../science/diffusion.ts';
import { forwardStep } from '../science/forward-step.ts';
import type { Objective } from '../science/gradient-descent.ts';
import { initialWeights } from '../science/initial-weights.ts';
import type { Matrix } from '../science/matrix.ts';
import type { MatrixBackend } from '../science/matrix-backend.ts';
import { noisySamples } from '../science/noisy-mnist.ts';
import { randomStream } from '../science/random.ts';
import { type Span, spanOf } from '../science/span.ts';
import { distinctPatches, sampleTwoPatchData, signalNormOf, type TwoPatchSamples } from '../science/two-patch-data.ts';

/** A training whose steps are measured, in coordinates of its span. */
export interface StepProblem {
  readonly model: 'diffusion' | 'classifier';
  readonly size: 'small' | 'big';
  readonly samples: TwoPatchSamples;
  readonly span: Span;
  readonly m: number;
  readonly step: number;
  /** Steps in one measurement. */
  readonly steps: number;
}

/** Time of the diffusion's forward step. */
const FORWARD = forwardStep(0.2);

/**
 * The trainings that are measured: both models on data as large as the synthetic ones and as Noisy-MNIST. Their starts are
 * large, so that all terms of the losses count from the first step on.
 * @param backend One of float64.
 */
export function stepProblems(backend: MatrixBackend): StepProblem[] {
  const small = { size: 'small', samples: syntheticSamples(), m: 20, sigma0: 0.03 } as const;
  const big = { size: 'big', samples: imageSamples(), m: 100, sigma0: 0.03 } as const;
  return [
    { model: 'diffusion', ...small, step: 0.01, steps: 20_000 } as const,
    { model: 'diffusion', ...big, step: 0.01, steps: 600 } as const,
    { model: 'classifier', ...small, step: 0.1, steps: 20_000 } as const,
    { model: 'classifier', ...big, step: 0.1, steps: 1000 } as const,
  ].map(({ sigma0, ...problem }) => {
    const { patches } = distinctPatches(problem.samples);
    const neurons = problem.model === 'diffusion' ? problem.m : 2 * problem.m;
    const start = initialWeights(neurons, patches.columns, sigma0, randomStream(0, 'bench/start'));
    return { ...problem, span: spanOf(backend, patches, start) };
  });
}

function syntheticSamples(): TwoPatchSamples {
  const size = { nsnr2: 0.75, n: 30, d: 1000, sigma: 1 };
  const distribution = { signalNorm: signalNormOf(size), sigma: size.sigma, d: size.d };
  return sampleTwoPatchData(distribution, size.n, randomStream(0, 'bench/noise'));
}

/** As many samples as of Noisy-MNIST, with noise for images. */
function imageSamples(): TwoPatchSamples {
  const images = initialWeights(100, 784, 1, randomStream(0, 'bench/images'));
  const labels = Int32Array.from({ length: images.rows }, (_, i) => 2 * (i % 2) - 1);
  return noisySamples({ images, labels }, 0.1, randomStream(0, 'bench/noise'));
}

/** The loss of the problem on a backend, as the stages of the pipeline have it. */
export function objectiveOf(backend: MatrixBackend, { model, samples, span, m }: StepProblem): Objective {
  const X = backend.upload(span.patches);
  if (model === 'classifier') {
    return logisticObjective(backend, backend.upload(secondLayer(m)), labelledPatches(samples), X);
  }
  return denoisingObjective(backend, denoisingTask(backend, FORWARD, distinctPatches(samples).multiplicities), X);
}

/** The problem as a line of JSON, for programs in other languages. */
export function problemLine({ model, samples, span, m, step, steps }: StepProblem): string {
  const { places, labels } = labelledPatches(samples);
  const [signals, noises] = places;
  return JSON.stringify({
    model,
    m,
    step,
    steps,
    ...FORWARD,
    patches: rowsOf(span.patches),
    start: rowsOf(span.start),
    multiplicities: Array.from(distinctPatches(samples).multiplicities),
    pairs: Array.from(signals, (signal, i) => [signal, noises[i]]),
    labels: Array.from(labels),
  });
}

function rowsOf({ rows, columns, values }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, i) => Array.from(values.subarray(i * columns, (i + 1) * columns)));
}
