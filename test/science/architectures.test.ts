import { describe, expect, it } from 'vitest';
import { ARCHITECTURES, type Architecture, classifierNetwork, denoiserNetwork } from '../../science/architectures.ts';
import { type Matrix, row } from '../../science/matrix.ts';
import { type Layer, runNetwork, type Weights } from '../../science/network.ts';
import { openPortableBackend } from '../../science/portable-backend.ts';
import { dot } from '../../science/vector.ts';

const backend = openPortableBackend('float64');
const size = { m: 20, d: 30, sigma0: 0.3, seed: 5 };
const { m, d, sigma0 } = size;
const patch = Float64Array.from({ length: d }, (_, j) => ((7 * j) % 11) / 5 - 1);

const ACTIVATIONS: Readonly<Record<Architecture, (u: number) => number>> = {
  quadratic: (u) => u * u,
  relu: (u) => Math.max(0, u),
  cubic: (u) => u * u * u,
  untied: (u) => u * u,
  deep: (u) => u * u,
};

/** W·x */
function product(W: Matrix, x: Float64Array): Float64Array {
  return Float64Array.from({ length: W.rows }, (_, r) => dot(row(W, r), x));
}

/** What reaches the last layer from the patch. */
function hiddenOf(architecture: Architecture, { W, U }: Weights<Matrix>): Float64Array {
  const active = product(W, patch).map(ACTIVATIONS[architecture]);
  return architecture === 'deep' ? product(U, active).map(ACTIVATIONS.relu) : active;
}

/** What the network makes of the patch. */
function outputOf(layers: readonly Layer[], weights: Weights<Matrix>): number[] {
  const uploaded = Object.entries(weights).map(([name, matrix]) => [name, backend.upload(matrix)]);
  const input = backend.upload({ rows: 1, columns: d, values: patch });
  return Array.from(backend.download(runNetwork(backend, layers, Object.fromEntries(uploaded), input).outputs).values);
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [j, value] of expected.entries()) expect(actual[j]).toBeCloseTo(value, 10);
}

describe.each(ARCHITECTURES)('architecture %s', (architecture) => {
  it('denoises by the equations of its description', () => {
    const { layers, start } = denoiserNetwork(architecture, size);
    const hidden = hiddenOf(architecture, start);
    const outer = architecture === 'untied' ? start.V : start.W;
    const expected = Array.from({ length: d }, (_, j) => {
      return hidden.reduce((sum, value, r) => sum + value * row(outer, r)[j], 0) / Math.sqrt(m);
    });
    expectClose(outputOf(layers, start), expected);
  });

  it('classifies by the equations of its description', () => {
    const { layers, start } = classifierNetwork(backend, architecture, size);
    const hidden = hiddenOf(architecture, start);
    const expected = hidden.reduce((sum, value, r) => sum + (r < m ? value : -value) / m, 0);
    expectClose(outputOf(layers, start), [expected]);
  });
});

/** The number of rows and columns of each matrix, and its first number, which tells its stream of random numbers. */
function startsOf(weights: Weights<Matrix>): Record<string, [number, number, number]> {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { rows, columns, values }]) => [name, [rows, columns, values[0]]]),
  );
}

describe('the start of a training', () => {
  it('has the weights of its architecture, from the streams that the committed results were made with', () => {
    const denoiser = (architecture: Architecture) => startsOf(denoiserNetwork(architecture, size).start);
    const classifier = (architecture: Architecture) => startsOf(classifierNetwork(backend, architecture, size).start);
    const denoiserW = { W: [m, d, 0.3572269380092621] };
    const classifierW = { W: [2 * m, d, 0.09640604257583618] };
    for (const architecture of ['quadratic', 'relu', 'cubic'] as const) {
      expect(denoiser(architecture)).toEqual(denoiserW);
      expect(classifier(architecture)).toEqual(classifierW);
    }
    expect(denoiser('untied')).toEqual({ ...denoiserW, V: [m, d, -0.22436067461967468] });
    expect(denoiser('deep')).toEqual({ ...denoiserW, U: [m, m, -0.08612304925918579] });
    expect(classifier('untied')).toEqual({ ...classifierW, a: [2 * m, 1, 1 / m] });
    expect(classifier('deep')).toEqual({ ...classifierW, U: [2 * m, 2 * m, 0.36380234360694885] });
  });

  it('has the deviations of its description', () => {
    const networks = [
      { start: denoiserNetwork('untied', size).start, deviations: { W: sigma0, V: sigma0 } },
      { start: denoiserNetwork('deep', size).start, deviations: { W: sigma0, U: 1 / Math.sqrt(m) } },
      { start: classifierNetwork(backend, 'deep', size).start, deviations: { W: sigma0, U: 1 / Math.sqrt(2 * m) } },
    ];
    for (const { start, deviations } of networks) {
      for (const [name, deviation] of Object.entries(deviations)) {
        const { values } = start[name];
        const variance = dot(values, values) / values.length;
        const error = variance / (deviation * deviation) - 1;
        expect(Math.abs(error), name).toBeLessThan(4 * Math.sqrt(2 / values.length));
      }
    }
  });
});
