import type { Artifact } from '../engine/graph.ts';
import type { GraphBuilder } from '../engine/graph-builder.ts';
import provenance from '../engine/provenance.ts';
import { figureCaption, figureOutputs, figurePng } from '../stages/formats/figure.ts';
import * as kinds from '../stages/kinds.ts';
import type { Drawing } from './drawing.ts';
import type { noisyMnistRuns } from './noisy-mnist.ts';
import type { Params } from './schema.ts';

/** What runs in a reader's browser. */
const PAGE = ['page', 'worker', 'interactive'].map((name) => new URL(`../report/${name}.ts`, import.meta.url).href);

/**
 * What a page can recompute: pure kinds, but for those that draw or write pages, whose code is larger than all others
 * together.
 */
const recomputable = Object.values(kinds).filter(
  ({ name, effects }) => effects.length === 0 && !/^(chart-.*|figure.*|drawing|gallery|report)$/.test(name),
);

/** The claims that a reader with little time should see: of the paper, on both sorts of data, and the law. */
const HEADLINES = [
  'early-slope',
  'stationary-slope',
  'law-ratio',
  'balance',
  'transition',
  'images-classifier-noise',
  'images-diffusion-both',
];

/** Test images that a page has to choose from. */
const TEST_IMAGES = 10;

/** The image grid that a reader may play with: the trainings that it shows the first of. */
interface PlayedGrid {
  readonly name: string;
  readonly runs: ReturnType<typeof noisyMnistRuns>;
  readonly images: Pick<Params['noisyMnist'], 'digits' | 'gridScale'>;
}

/** Adds the page: all figures and claims, how they were made, and the code that made them. */
export function report(
  graph: GraphBuilder,
  {
    claims,
    drawing,
    played,
    t,
  }: { claims: Artifact<'claims'>; drawing: Drawing; played: readonly PlayedGrid[]; t: number },
): void {
  const digits = played.map(({ name, runs: [{ dataset, classifier, diffusion }], images }) => {
    const inputs = { dataset, classifier: classifier.checkpoints, diffusion: diffusion.checkpoints };
    const params = { digits: images.digits, t, images: TEST_IMAGES, scale: images.gridScale };
    return graph.add(`digit-models/${name}`, kinds.digitModels, { params, inputs }).models;
  });
  const svgs = graph.artifactsOf(figureOutputs.svg);
  const specs = new Map(graph.artifactsOf(figureOutputs.spec).map((spec) => [spec.stage, spec]));
  const drawn = new Set(svgs.map(({ stage }) => stage));
  const pngs = graph.artifactsOf(figurePng).filter(({ stage }) => !drawn.has(stage));
  const captions = new Map(graph.artifactsOf(figureCaption).map((caption) => [caption.stage, caption]));
  const charts = svgs.flatMap((svg) => {
    const [spec, caption] = [specs.get(svg.stage), captions.get(svg.stage)];
    return spec === undefined || caption === undefined ? [] : [{ svg, spec, caption }];
  });
  const grids = pngs.flatMap((png) => {
    const caption = captions.get(png.stage);
    return caption === undefined ? [] : [{ png, caption }];
  });
  const made = graph.add('provenance', provenance, {
    params: {},
    inputs: { of: [claims, ...svgs, ...specs.values(), ...pngs, ...captions.values(), ...digits] },
    modules: [...PAGE, ...recomputable.map(({ module }) => module)],
  });
  graph.add('report', kinds.report, {
    params: {
      title: 'On the Feature Learning in Diffusion Models, reproduced',
      about:
        'Figures and claims of Han, Huang, Cao and Zou (ICLR 2025), made anew. Half of the setting is our reconstruction; captions say which. ' +
        'Walk from a figure to what it is made of, train the models here, or have your own browser recompute the results.',
      headlines: HEADLINES,
      charts: charts.map(({ svg }) => svg.stage.name),
      grids: grids.map(({ png }) => png.stage.name),
      played: played.map(({ name }) => name),
    },
    inputs: { claims, charts, grids, digits, font: drawing.regular, bold: drawing.bold, ...made },
  });
}
