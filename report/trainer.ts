import type { Progress } from '../engine/kind.ts';
import { type AlignmentRow, alignmentTable } from '../stages/formats/alignments.ts';
import type { Embedded } from './embedded.ts';
import type { Pool } from './pool.ts';
import type { Setting } from './setting.ts';

export type Model = AlignmentRow['model'];

export const MODELS: readonly Model[] = ['diffusion', 'classifier'];

/** A training is first watched for so many iterations, and then for so many times more. */
const FIRST_ITERATIONS = 10;
const GROWTH = Math.sqrt(10);

/** Told of a training while it is at work. */
export interface Observer {
  /** The learning at all records so far. */
  learned(model: Model, rows: readonly AlignmentRow[]): void;
  progressed(model: Model, progress: Progress): void;
  /** Whether another setting is wanted by now. */
  outdated(): boolean;
  /** Stops what is at work for an outdated setting. */
  readonly signal: AbortSignal;
}

/** Trains the models of the paper in the reader's browser, by the very bundles of the pipeline. */
export class Trainer {
  /** The setting of the paper's figures. */
  readonly ours: Setting;
  /** The high n·SNR² of Figure 2. */
  readonly high: number;
  /** σ_ξ. */
  readonly sigma: number;
  readonly #embedded: Embedded;
  readonly #pool: Pool;
  readonly #data: Params;
  readonly #trainings: Readonly<Record<Model, Params>>;

  constructor(embedded: Embedded, pool: Pool) {
    const paramsOf = (name: string) =>
      embedded.provenance.stages.find((stage) => stage.name.startsWith(name))?.params ?? {};
    this.#embedded = embedded;
    this.#pool = pool;
    this.#data = paramsOf('synthetic-data/nsnr2=');
    this.#trainings = {
      diffusion: paramsOf('train-diffusion/synthetic/'),
      classifier: paramsOf('train-classifier/synthetic/'),
    };
    const { settings } = paramsOf('chart/figure-2');
    this.high = Array.isArray(settings) ? Number(settings.at(-1)) : Number.NaN;
    this.sigma = Number(this.#data.sigma);
    this.ours = {
      ...numbersIn(this.#data),
      ...numbersIn(this.#trainings.diffusion),
      nsnr2: 3,
      stepDiffusion: Number(this.#trainings.diffusion.step),
      stepClassifier: Number(this.#trainings.classifier.step),
      seed: 1,
    };
  }

  /**
   * Trains both models at a setting. @returns the learning of each at all records; nothing if it was outdated.
   * @throws {JobError} if a training fails.
   * @throws {StoppedError} if it is stopped.
   */
  async train(setting: Setting, observer: Observer): Promise<Readonly<Record<Model, readonly AlignmentRow[]>>> {
    const { n, d, nsnr2, seed } = setting;
    const params = { ...this.#data, n, d, nsnr2, seed };
    const { dataset } = await this.#pool.run(
      { code: this.#bundleOf('synthetic-data'), params, inputs: {} },
      { signal: observer.signal },
    );
    if (dataset === undefined) throw new Error('there are no data');
    const [diffusion, classifier] = await Promise.all(
      MODELS.map((model) => this.#trainModel(model, dataset, setting, observer)),
    );
    return { diffusion: diffusion ?? [], classifier: classifier ?? [] };
  }

  /** A training is the beginning of every longer one, so its learning is shown after ever more iterations. */
  async #trainModel(
    model: Model,
    dataset: Uint8Array,
    setting: Setting,
    observer: Observer,
  ): Promise<readonly AlignmentRow[]> {
    const { m, sigma0, t, seed, stepDiffusion, stepClassifier } = setting;
    const params: Params = {
      ...this.#trainings[model],
      ...{ m, sigma0, seed },
      ...(model === 'diffusion' ? { t, step: stepDiffusion } : { step: stepClassifier }),
    };
    const { signal } = observer;
    const most = Number(params.maxIterations);
    for (let wanted = FIRST_ITERATIONS; !observer.outdated(); wanted *= GROWTH) {
      const maxIterations = Math.min(Math.round(wanted), most);
      const trained = await this.#pool.run(
        { code: this.#bundleOf(`train-${model}`), params: { ...params, maxIterations }, inputs: { dataset } },
        { signal, onProgress: (progress) => observer.progressed(model, progress) },
      );
      const inputs = { dataset, trained };
      const { table } = await this.#pool.run({ code: this.#bundleOf('alignments'), params: {}, inputs }, { signal });
      const rows = alignmentTable.decode(table ?? new Uint8Array());
      if (!observer.outdated()) observer.learned(model, rows);
      if (maxIterations === most || (rows.at(-1)?.iteration ?? 0) < maxIterations) return rows;
    }
    return [];
  }

  #bundleOf(kind: string): string {
    const { provenance, code } = this.#embedded;
    return code.bundles[provenance.kinds[kind]?.bundle ?? ''] ?? '';
  }
}

type Params = Readonly<Record<string, unknown>>;

function numbersIn(params: Params): Setting {
  return Object.fromEntries(
    Object.entries(params).flatMap(([key, value]) => (typeof value === 'number' ? [[key, value] as const] : [])),
  );
}
