import type { Artifact } from '../engine/graph.ts';
import type { GraphBuilder } from '../engine/graph-builder.ts';
import { FIGURE_1 } from '../stages/claims/measures.ts';
import { coveredSettings } from '../stages/claims/sweep.ts';
import { bisection, brackets, chartRobustness, margins, trial } from '../stages/kinds.ts';
import { CHOICES, type Choice } from '../stages/robustness/choices.ts';
import type { Setup } from '../stages/robustness/setup.ts';
import type { Basis } from './basis.ts';
import { addFigure, EXTENSION, titled } from './figure.ts';
import type { Mnist } from './noisy-mnist.ts';

/** Claims on one sort of data, and the choices that they are tried on. */
interface Tried {
  readonly name: string;
  readonly setup: Setup;
  readonly claims: readonly string[];
  readonly seeds: readonly number[];
  readonly factors: Readonly<Partial<Record<Choice, readonly number[]>>>;
  /** Setups with another choice that is no number, by what it is. */
  readonly others: Readonly<Record<string, Setup>>;
  readonly mnist: readonly Mnist[];
  /** How often a bracket is halved. */
  readonly rounds: number;
}

/**
 * Figure A11: each choice of our reconstruction another by itself.
 * @returns how far each can move before a claim flips.
 */
export function robustness(graph: GraphBuilder, { params, drawing, mnist }: Basis): Artifact<'margin'> {
  const { backend, t, sigma0, stationarity, synthetic, noisyMnist: images, robustness } = params;
  const { seeds, imageSeeds, nsnr2, factors, imageFactors, diffusionFactors, digits, rounds, imageRounds } = robustness;
  const sweep = { nsnr2, low: synthetic.low, high: synthetic.high };
  const { n, d, sigma, testSamples, m, classifier } = synthetic;
  const diffusion = { ...synthetic.diffusion, maxIterations: robustness.maxIterations };
  // The classifier has no t.
  const { t: _, ...factorsOfClassifier } = factors;
  const training = { backend, t, sigma0, stationarity };
  const onSynthetic = (labels: 'in turn' | 'drawn'): Setup => ({
    data: { dataset: 'synthetic', n, d, sigma, testSamples, labels },
    training: { ...training, m, diffusion, classifier },
  });
  const { snr, perDigit, testPerDigit } = images;
  const imageDiffusion = { ...images.diffusion, maxIterations: robustness.imageIterations };
  const onImages = (digits: number[]): Setup => ({
    data: { dataset: 'noisy-mnist', snr, digits, perDigit, testPerDigit },
    training: { ...training, m: images.m, diffusion: imageDiffusion, classifier: images.classifier },
  });
  const otherDigits = Object.fromEntries(digits.map((digits) => [`digits ${digits.join('/')}`, onImages(digits)]));
  // As the claims have it: of a sweep that does not reach over the range of Figure 1 they say nothing.
  const covered = coveredSettings(nsnr2, FIGURE_1);
  const onFigure1 =
    covered.length === 0
      ? ''
      : `balance at n·SNR² = ${covered[0]} and ${covered.at(-1)}, the transition among ${covered.join(', ')}; `;
  const parts: Tried[] = [
    {
      name: 'synthetic-diffusion',
      setup: onSynthetic('in turn'),
      claims: ['balance'],
      seeds,
      factors,
      others: { 'labels drawn': onSynthetic('drawn') },
      mnist: [],
      rounds,
    },
    {
      name: 'synthetic-classifier',
      setup: onSynthetic('in turn'),
      claims: ['transition-place', 'low-classifier-test', 'high-classifier-test'],
      seeds,
      factors: factorsOfClassifier,
      others: { 'labels drawn': onSynthetic('drawn') },
      mnist: [],
      rounds,
    },
    {
      name: 'images-classifier',
      setup: onImages(images.digits),
      claims: ['images-classifier-noise', 'images-classifier-memorises'],
      seeds: imageSeeds,
      factors: imageFactors,
      others: otherDigits,
      mnist: [mnist],
      rounds: imageRounds,
    },
    {
      name: 'images-diffusion',
      setup: onImages(images.digits),
      claims: ['images-diffusion-both'],
      seeds: imageSeeds,
      factors: diffusionFactors,
      others: otherDigits,
      mnist: [mnist],
      rounds: imageRounds,
    },
  ];
  const tables = parts.map((part) => triedOn(graph, part, sweep));
  const trials = tables.flatMap((table) => table.trials);
  const { table } = graph.add('margins', margins, {
    params: { sweep },
    inputs: { trials, brackets: tables.flatMap((table) => table.brackets) },
    publish: { table: 'figures/margins.csv' },
  });
  const { chart } = graph.add('chart/figure-a11-robustness', chartRobustness, {
    params: { sweep },
    inputs: { trials, margins: table },
  });
  addFigure(graph, 'figure-a11-robustness', {
    chart,
    drawing,
    figure: titled(params, 'Figure A11'),
    setting:
      `ours: n = ${n}, d = ${d}, σ_ξ = ${sigma}, m = ${m}, t = ${t}, σ_0 = ${sigma0}; diffusion: step ` +
      `${diffusion.step}, to stationarity or ${diffusion.maxIterations} iterations; classifier: step ` +
      `${classifier.step}, ${classifier.maxIterations} iterations; ${onFigure1}images: SNR~ = ${snr}, digits ` +
      `${images.digits.join(' and ')}, n = ${2 * perDigit}, m = ${images.m}; diffusion: step ` +
      `${imageDiffusion.step}, ${imageDiffusion.maxIterations} iterations, with other digits and t alone; ` +
      `classifier: step ${images.classifier.step}, ${images.classifier.maxIterations} iterations; ${rounds} ` +
      `halvings a bracket, ${imageRounds} on images`,
    stated: EXTENSION,
    reconstructed: 'all of it: what is varied is our reconstruction',
  });
  return table;
}

/** The trials of one part, and the brackets that bisection leaves. */
function triedOn(
  graph: GraphBuilder,
  { name, setup, claims, seeds, factors, others, mnist, rounds }: Tried,
  sweep: { nsnr2: number[]; low: number; high: number },
) {
  const trialsOf = (path: string, setup: Setup, choice: string | { name: Choice; factor: number }) =>
    seeds.map((seed) => {
      const options = { params: { setup, sweep, choice, claims: [...claims], seed }, inputs: { mnist } };
      return graph.add(`trial/${name}/${path}/seed=${seed}`, trial, options).table;
    });
  const ours = trialsOf('ours', setup, 'ours');
  const alternatives = Object.entries(others).flatMap(([choice, setup]) =>
    trialsOf(choice.replaceAll(/[ /]/g, '-'), setup, choice),
  );
  const varied = CHOICES.flatMap((choice) => {
    const tried = factors[choice];
    if (tried === undefined) return [];
    const trials = tried.flatMap((factor) => trialsOf(`${choice}=${factor}`, setup, { name: choice, factor }));
    const { table } = graph.add(`brackets/${name}/${choice}`, brackets, {
      params: { dataset: setup.data.dataset, sweep, choice },
      inputs: { trials: [...ours, ...trials] },
    });
    const found = claims.flatMap((claim) =>
      (['less', 'more'] as const).map((side) => {
        let bracket = table;
        for (let round = 1; round <= rounds; round++) {
          bracket = graph.add(`bisection/${claim}/${choice}/${side}/round=${round}`, bisection, {
            params: { setup, sweep, claim, choice, side, seeds: [...seeds] },
            inputs: { brackets: bracket, mnist },
          }).table;
        }
        return bracket;
      }),
    );
    return [{ trials, brackets: found }];
  });
  return {
    trials: [...ours, ...varied.flatMap(({ trials }) => trials), ...alternatives],
    brackets: varied.flatMap(({ brackets }) => brackets),
  };
}
