import { type InputValue, many, type RunContext, StageError } from '../../engine/kind.ts';
import alignments from '../alignments.ts';
import type { Measure } from '../claims/claim.ts';
import { SeedRuns } from '../claims/seed-runs.ts';
import type { AlignmentRow } from '../formats/alignments.ts';
import type { Dataset } from '../formats/dataset.ts';
import { idxImages, idxLabels } from '../formats/idx.ts';
import noisyMnist from '../noisy-mnist.ts';
import syntheticData from '../synthetic-data.ts';
import trainClassifier from '../train-classifier.ts';
import trainDiffusion from '../train-diffusion.ts';
import type { Headline, Wanted } from './headlines.ts';
import type { Setup } from './setup.ts';

/** MNIST, once, for setups of images. */
export const mnistInput = many({
  trainImages: idxImages,
  trainLabels: idxLabels,
  testImages: idxImages,
  testLabels: idxLabels,
});

/** What trainings are made with besides their setup. */
export interface Surroundings extends Pick<RunContext<unknown, Record<string, never>>, 'progress' | 'log'> {
  readonly mnist: InputValue<typeof mnistInput>[number] | undefined;
}

/**
 * The statistics of headline claims on trainings of one seed: the very stages of the other figures, one after the
 * other.
 * @returns a number a claim; undefined where its statistic is not a number, such as the place of a transition that is
 * not there.
 * @throws {StageError} if a training diverges.
 */
export async function measure(
  headlines: readonly Headline[],
  setup: Setup,
  seed: number,
  around: Surroundings,
): Promise<(number | undefined)[]> {
  const wanted = new Map(headlines.flatMap(({ trainings }) => trainings).map((each) => [JSON.stringify(each), each]));
  const runs: AlignmentRow[][] = [];
  for (const each of wanted.values()) {
    runs.push([...(await learned(each, await datasetOf(setup, each.nsnr2, seed, around), setup, seed, around))]);
  }
  return headlines.map(({ measure }) => numberOf(measure, seed, runs));
}

function numberOf(
  { group, ofSeed }: Measure,
  seed: number,
  runs: readonly (readonly AlignmentRow[])[],
): number | undefined {
  const labelled = runs.map((rows) => ({ rows, label: {} }));
  const value = ofSeed(new SeedRuns(group, seed, labelled, []));
  return Number.isFinite(value) ? value : undefined;
}

async function datasetOf(
  { data }: Setup,
  nsnr2: Wanted['nsnr2'],
  seed: number,
  { mnist, ...context }: Surroundings,
): Promise<Dataset> {
  if (data.dataset === 'noisy-mnist') {
    if (mnist === undefined) throw new StageError('images can only be had from MNIST, which is not wired');
    const { dataset: _, ...params } = data;
    return (await noisyMnist.run({ ...context, params: { ...params, seed }, inputs: mnist })).dataset;
  }
  if (nsnr2 === undefined) throw new StageError('synthetic data need an n·SNR²');
  const { dataset: _, ...params } = data;
  return (await syntheticData.run({ ...context, params: { ...params, nsnr2, seed }, inputs: {} })).dataset;
}

async function learned(
  { model }: Wanted,
  dataset: Dataset,
  { training }: Setup,
  seed: number,
  { progress, log }: Surroundings,
): Promise<readonly AlignmentRow[]> {
  const { diffusion, classifier, t, stationarity, ...shared } = training;
  const common = { ...shared, recordsPerDecade: 1, seed };
  const context = { progress, log, inputs: { dataset } };
  const trained =
    model === 'diffusion'
      ? await trainDiffusion.run({ ...context, params: { ...common, ...diffusion, t, stationarity } })
      : await trainClassifier.run({ ...context, params: { ...common, ...classifier } });
  return (await alignments.run({ progress, log, params: {}, inputs: { dataset, trained } })).table;
}
