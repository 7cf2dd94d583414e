import * as v from 'valibot';
import { defineKind, StageError } from '../engine/kind.ts';
import { magnitudeOf } from '../science/alignments.ts';
import { trainWithBiases } from '../science/conditional-diffusion.ts';
import { denoisingObjective, denoisingTask } from '../science/diffusion.ts';
import { EARLY_GROWTH, earlyPhaseRatio, type Learning } from '../science/early-phase.ts';
import { forwardStep } from '../science/forward-step.ts';
import { initialWeights } from '../science/initial-weights.ts';
import { type Matrix, row, zeros } from '../science/matrix.ts';
import { mean } from '../science/mean.ts';
import { kappaOf, meanField } from '../science/mean-field.ts';
import { type PatchTraining, trainOnPatches } from '../science/patch-training.ts';
import { randomStream } from '../science/random.ts';
import { distinctPatches, sampleTwoPatchData, type TwoPatchSamples } from '../science/two-patch-data.ts';
import { dataParams, descentParams, distributionOf, ruleOf, trainExtension } from './extension-training.ts';
import { CONDITIONS, conditionalTable } from './formats/conditional.ts';
import { positive } from './schemas.ts';
import { nativeOf } from './stage-backend.ts';

/** Neurons: their training, with μ_1 and μ_-1 as the first patches, and which of these they were trained on. */
interface Neurons {
  readonly training: PatchTraining;
  readonly signals: readonly [from: number, to: number];
}

const params = v.strictObject({
  ...descentParams,
  ...dataParams,
  condition: v.picklist(CONDITIONS),
  /** Time of the forward step. */
  t: positive,
});

type Params = v.InferOutput<typeof params>;

/** Trains the diffusion model with or without being told the class (paper.md §6). */
export default defineKind({
  name: 'train-conditional',
  module: import.meta.url,
  params,
  inputs: {},
  outputs: { table: conditionalTable },
  native: nativeOf,
  run({ params }) {
    const { condition, nsnr2, n, d, m, t, sigma0, seed } = params;
    return trainExtension(params, nsnr2, async (backend) => {
      const samples = sampleTwoPatchData(distributionOf(params), n, randomStream(seed, 'train-conditional/noise'));
      const forward = forwardStep(t);
      const rule = ruleOf(params);
      const startOf = (use: string, columns = d) =>
        initialWeights(m, columns, sigma0, randomStream(seed, `train-conditional/${use}`));
      const unconditioned = async (some: TwoPatchSamples, signals: Neurons['signals'], start: Matrix) => {
        const { patches, multiplicities } = distinctPatches(some);
        const task = denoisingTask(backend, forward, multiplicities);
        const training = await trainOnPatches(
          backend,
          patches,
          start,
          (X) => denoisingObjective(backend, task, X),
          rule,
        );
        return { training, signals };
      };
      const networks: Neurons[] = [];
      switch (condition) {
        case 'none':
          networks.push(await unconditioned(samples, [0, 2], startOf('start')));
          break;
        case 'bias': {
          const { patches, multiplicities } = distinctPatches(samples);
          const task = denoisingTask(backend, forward, multiplicities);
          const classOf = [0, 1, ...samples.signalOf];
          const first = { weights: startOf('start'), biases: startOf('biases', 2) };
          networks.push({
            training: await trainWithBiases(backend, task, patches, classOf, first, rule),
            signals: [0, 2],
          });
          break;
        }
        case 'own neurons':
          networks.push(await unconditioned(ofClass(samples, 0), [0, 1], startOf('start')));
          networks.push(await unconditioned(ofClass(samples, 1), [1, 2], startOf('start of the second class')));
      }
      const early = networks.map(({ training, signals }) =>
        earlyRatioOf(
          training.projections.map((record) => learningOf(record, signals)),
          params,
        ),
      );
      const ends = networks.map(({ training: { projections }, signals }) => {
        return { end: projections[projections.length - 1], signals };
      });
      const learned = ends.map(({ end, signals }) => learningOf(end, signals));
      return {
        table: [
          {
            condition,
            nsnr2,
            seed,
            ratio_early: mean(early),
            ratio_mean_field: meanFieldOf(params),
            ratio: mean(learned.map(({ signal }) => signal)) / mean(learned.map(({ noise }) => noise)),
            class_gap:
              mean(ends.map(({ end }) => gapOf(end))) / mean(ends.map(({ end }) => magnitudeOf(end, 0, 2).mean)),
            stopped_by: networks.every(({ training }) => training.descent.stoppedBy === 'stationary')
              ? 'stationary'
              : 'iteration-limit',
          },
        ],
      };
    });
  },
});

function earlyRatioOf(records: readonly Learning[], { condition, nsnr2, seed }: Params): number {
  const ratio = earlyPhaseRatio(records);
  if (ratio !== undefined) return ratio;
  throw new StageError(
    `condition '${condition}' at n·SNR² = ${nsnr2}, seed ${seed}: noise learning never became ${EARLY_GROWTH} times its ` +
      'start: train for longer',
  );
}

/** The ratio of the mean field. Neurons of a class's own see half of the samples, so κ is half. */
function meanFieldOf({ condition, nsnr2, n, d, sigma, m, t }: Params): number | undefined {
  const kappa = kappaOf({ n, d, sigma, forward: forwardStep(t) });
  switch (condition) {
    case 'none':
      return meanField({ nsnr2, kappa, m }).ratio;
    case 'own neurons':
      return meanField({ nsnr2, kappa: kappa / 2, m }).ratio;
    case 'bias':
      return undefined;
  }
}

/** The samples of a class. */
function ofClass({ signals, signalOf, noises, labels }: TwoPatchSamples, wanted: number): TwoPatchSamples {
  const chosen = [...signalOf.keys()].filter((i) => signalOf[i] === wanted);
  const own = zeros(chosen.length, noises.columns);
  chosen.forEach((i, k) => {
    row(own, k).set(row(noises, i));
  });
  return {
    signals,
    signalOf: Int32Array.from(chosen, () => wanted),
    noises: own,
    labels: Int32Array.from(chosen, (i) => labels[i]),
  };
}

/**
 * What neurons have learned of their signals, and of the noise.
 * @param projections R×N: the two signals, then the noises.
 */
function learningOf(projections: Matrix, [from, to]: Neurons['signals']): Learning {
  const signal = magnitudeOf(projections, from, to).mean;
  return { signal, noise: magnitudeOf(projections, 2, projections.columns).mean };
}

/** Mean |⟨w, μ_1⟩ − ⟨w, μ_-1⟩|. */
function gapOf(projections: Matrix): number {
  return mean(
    Array.from({ length: projections.rows }, (_, r) => {
      const [first, second] = row(projections, r);
      return Math.abs(first - second);
    }),
  );
}
