import { restoreLegacyUtil } from '../engine/legacy-util.ts';
import { gradientDescent } from '../science/gradient-descent.ts';
import { initialWeights } from '../science/initial-weights.ts';
import { BackendUnavailableError, type MatrixBackend } from '../science/matrix-backend.ts';
import { openBackend } from '../science/open-backend.ts';
import { openPortableBackend } from '../science/portable-backend.ts';
import { randomStream } from '../science/random.ts';
import { median } from './median.ts';
import { installedPeers, type RunningPeer, startPeer } from './peers/step-peers.ts';
import { objectiveOf, problemLine, type StepProblem, stepProblems } from './step-problem.ts';

/** What a training step costs, by whom: ours, our matrix products alone, and the peers that are installed. */
export interface StepCosts {
  readonly name: string;
  /** CPU microseconds. */
  readonly costs: readonly { readonly by: string; readonly microseconds: number }[];
}

export const OURS = 'ours';
export const PRODUCTS = 'products alone';
export const NATIVE = 'native (tfjs-node)';

const REPETITIONS = 15;
/** How far a peer may end from us, as a part of how far the weights went and of the loss: some ten times what rounding does. */
const TOLERANCE = 1e-5;

/** The native backend takes far longer, so fewer of its steps do. */
const FEWER = 20;

/** Something whose steps are measured. */
interface Contender {
  readonly by: string;
  /** Runs all steps; returns the CPU seconds that they took. */
  measure(): Promise<number>;
}

/**
 * Measures the training step of the portable backend, in float32, beside its matrix products alone and the peers: medians of
 * interleaved repetitions.
 * @throws {Error} if a peer ends with other weights.
 */
export async function measureSteps(): Promise<StepCosts[]> {
  const table: StepCosts[] = [];
  const native = await nativeBackend();
  for (const problem of stepProblems(openPortableBackend('float64'))) {
    const name = `${problem.model}, ${problem.size}`;
    const backend = openPortableBackend('float32');
    const ours = training(backend, problem);
    const products = matrixProducts(backend, problem);
    const peers = await startPeers(name, problem, await ours());
    const contenders: Contender[] = [
      { by: OURS, measure: () => cpuSeconds(ours) },
      { by: PRODUCTS, measure: () => cpuSeconds(products) },
      ...peers.map((peer) => ({ by: peer.name, measure: peer.measure })),
    ];
    if (native !== undefined) {
      const fewer = training(native, { ...problem, steps: Math.ceil(problem.steps / FEWER) });
      contenders.push({ by: NATIVE, measure: async () => FEWER * (await cpuSeconds(fewer)) });
    }
    const seconds = contenders.map((): number[] => []);
    for (let k = 0; k < REPETITIONS; k++) {
      for (const [i, contender] of contenders.entries()) seconds[i].push(await contender.measure());
    }
    for (const peer of peers) await peer.close();
    const costs = contenders.map(({ by }, i) => ({ by, microseconds: (1e6 * median(seconds[i])) / problem.steps }));
    table.push({ name, costs });
  }
  return table;
}

/** The native backend, where it works. */
async function nativeBackend(): Promise<MatrixBackend | undefined> {
  restoreLegacyUtil();
  try {
    return await openBackend('native');
  } catch (error) {
    if (!(error instanceof BackendUnavailableError)) throw error;
    console.log(`skipped: ${error.message}`);
    return undefined;
  }
}

/** Starts the peers, and holds that they compute what we do. */
async function startPeers(name: string, problem: StepProblem, ours: End): Promise<RunningPeer[]> {
  const peers: RunningPeer[] = [];
  const start = problem.span.start.values;
  for (const peer of installedPeers) {
    const running = await startPeer(peer, problemLine(problem));
    const weights = Float64Array.from(running.weights.flat());
    const apart = distanceBetween(weights, ours.weights) / distanceBetween(start, ours.weights);
    const lossApart = Math.abs(running.excessLoss / ours.excessLoss - 1);
    if (!(apart <= TOLERANCE && lossApart <= TOLERANCE)) {
      throw new Error(`${name}: ${peer.name} computes something else: weights ${apart}, loss ${lossApart} apart`);
    }
    peers.push(running);
  }
  return peers;
}

function distanceBetween(x: Float64Array, y: Float64Array): number {
  return Math.sqrt(x.reduce((sum, value, i) => sum + (value - y[i]) * (value - y[i]), 0));
}

/** Where a training ends. */
interface End {
  readonly excessLoss: number;
  readonly weights: Float64Array;
}

/** All steps of a training. */
function training(backend: MatrixBackend, problem: StepProblem): () => Promise<End> {
  const objective = objectiveOf(backend, problem);
  const rule = { step: problem.step, maxIterations: problem.steps, stationarity: undefined, recordsPerDecade: 1 };
  return async () => {
    const { records } = await gradientDescent(backend, problem.span.start, objective, rule, async () => {});
    const { excessLoss, weights } = records[records.length - 1];
    return { excessLoss, weights: weights.values };
  };
}

/** As many times the matrix products of one step (science/diffusion.ts, science/classifier.ts). */
function matrixProducts(backend: MatrixBackend, { model, span, steps }: StepProblem): () => Promise<void> {
  const random = (rows: number, columns: number) =>
    backend.upload(initialWeights(rows, columns, 1, randomStream(0, `bench/${rows}×${columns}`)));
  const { rows: R, columns: M } = span.start;
  const N = span.patches.rows;
  const [W, X, A, q] = [random(R, M), random(N, N), random(R, N), random(R, R)];
  const [layer, layerT, slopes] = [random(1, R), random(R, 1), random(1, N)];
  const run = backend.prepare([], (ops) => {
    ops.matMulUpper(A, X);
    ops.matMulLower(A, X);
    if (model === 'diffusion') {
      ops.symmetricProduct(W, W);
      ops.symmetricProduct(A, A);
      ops.symmetricProduct(A, A);
      ops.matMul(q, A);
      ops.matMul(q, A);
      ops.matMul(q, W);
    } else {
      ops.matMul(layer, A);
      ops.matMul(layerT, slopes);
    }
    return [];
  });
  return async () => {
    for (let k = 0; k < steps; k++) run([]);
  };
}

/** The time that this process had a processor for. Where others share the machine, the clock would count theirs. */
async function cpuSeconds(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
