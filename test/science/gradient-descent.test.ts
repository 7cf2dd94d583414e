import { describe, expect, it } from 'vitest';
import { type DescentRule, gradientDescent, type Objective } from '../../science/gradient-descent.ts';
import { logSpacedIterations } from '../../science/iterations.ts';
import type { Matrix } from '../../science/matrix.ts';
import { openPortableBackend } from '../../science/portable-backend.ts';

const backend = openPortableBackend('float64');

const RULE: DescentRule = { step: 0.1, maxIterations: 100, stationarity: undefined, recordsPerDecade: 8 };

/** Descends from w = 1 on the loss f(w), where W is the number w. */
function descend(
  f: (w: number) => { loss: number; slope: number; magnitude?: number },
  rule: Partial<DescentRule>,
  reported: number[] = [],
) {
  const objective: Objective = {
    columns: undefined,
    evaluate(ops, weights) {
      let at = { loss: Number.NaN, magnitude: Number.NaN };
      const gradient = ops.compute(weights, [weights], (result, [w]) => {
        const { loss, slope, magnitude = Math.abs(loss) } = f(w);
        at = { loss, magnitude };
        result[0] = slope;
      });
      return { excessLoss: () => at.loss, magnitude: () => at.magnitude, gradient };
    },
  };
  return gradientDescent(
    backend,
    number(1),
    objective,
    { ...RULE, ...rule },
    async (iteration) => void reported.push(iteration),
  );
}

function number(value: number): Matrix {
  return { rows: 1, columns: 1, values: Float64Array.of(value) };
}

const parabola = (w: number) => ({ loss: w * w, slope: 2 * w });

describe('gradientDescent', () => {
  it('takes plain steps, and records each with the step and the gradient norm', async () => {
    const { records, iterations, stoppedBy } = await descend(parabola, { step: 0.25, maxIterations: 3 });
    expect({ iterations, stoppedBy }).toEqual({ iterations: 3, stoppedBy: 'iteration-limit' });
    expect(records.map(({ weights }) => weights.values[0])).toEqual([1, 0.5, 0.25, 0.125]);
    expect(records.map(({ excessLoss }) => excessLoss)).toEqual([1, 0.25, 0.0625, 0.015625]);
    expect(records.map(({ gradientNorm, step }) => [gradientNorm, step])).toEqual([
      [2, 0.25],
      [1, 0.25],
      [0.5, 0.25],
      [0.25, 0.25],
    ]);
  });

  it('records the iterations of its schedule and the last, and tells of every fiftieth but the last', async () => {
    const reported: number[] = [];
    const rule = { step: 1e-3, maxIterations: 150, recordsPerDecade: 1 };
    const { records } = await descend(parabola, rule, reported);
    expect(records.map(({ iteration }) => iteration)).toEqual([0, 1, 10, 100, 150]);
    expect(reported).toEqual([0, 50, 100]);
  });

  it('halves a step that makes the loss rise, undoes it, and goes on with the half', async () => {
    // 1 -> 1 - 4·2 = -7 rises; so does 1 - 2·2 = -3; 1 - 1·2 = -1 does not.
    const { records, halvings } = await descend(parabola, { step: 4, maxIterations: 1 });
    expect(halvings).toEqual([
      { iteration: 0, step: 2 },
      { iteration: 0, step: 1 },
    ]);
    expect(records.at(-1)?.weights.values[0]).toBe(-1);
    expect(records.at(-1)?.step).toBe(1);
  });

  it('takes a rise within rounding for none', async () => {
    let rises = 0;
    const flat = () => {
      rises += 1;
      return { loss: 1 + rises * Number.EPSILON, slope: 0 };
    };
    const { halvings } = await descend(flat, { maxIterations: 20 });
    expect(halvings).toEqual([]);
  });

  it('takes for rounding what is small beside the terms of the loss', async () => {
    let rises = 0;
    const cancelling = () => {
      rises += 1;
      return { loss: 1 + rises * 1e-10, slope: 0, magnitude: 1e6 };
    };
    const { halvings } = await descend(cancelling, { maxIterations: 20 });
    expect(halvings).toEqual([]);
  });

  it('takes a loss that is not finite for a rise', async () => {
    const walled = (w: number) => (w < 0 ? { loss: Number.NaN, slope: Number.NaN } : parabola(w));
    const { halvings, excessLoss } = await descend(walled, { step: 0.9 });
    expect(halvings).toEqual([{ iteration: 0, step: 0.45 }]);
    expect(excessLoss).toBeLessThan(1e-10);
  });

  it('stops when the gradient is small beside its largest, but not at the saddle of the start', async () => {
    const stationarity = { gradientRatio: 1e-3, growth: 10 };
    // From near the top of w⁴/4 - w²/2 at 0, seen from w = 1 as its origin plus 1e-6.
    const well = (w: number) => {
      const x = w - 1 + 1e-6;
      return { loss: (x * x * x * x) / 4 - (x * x) / 2, slope: x * x * x - x };
    };
    const { stoppedBy, iterations, gradientNorm, excessLoss } = await descend(well, {
      maxIterations: 1000,
      stationarity,
    });
    expect(stoppedBy).toBe('stationary');
    expect(iterations).toBeGreaterThan(100);
    expect(gradientNorm.max).toBeGreaterThan(10 * gradientNorm.start);
    expect(gradientNorm.final).toBeLessThan(1e-3 * gradientNorm.max);
    expect(excessLoss).toBeCloseTo(-0.25, 5);
  });

  it('does not call it stationary while the gradient has not grown', async () => {
    const { stoppedBy } = await descend(parabola, { stationarity: { gradientRatio: 1e-3, growth: 10 } });
    expect(stoppedBy).toBe('iteration-limit');
  });

  it('refuses a start whose loss is not finite', async () => {
    const broken = () => ({ loss: Number.POSITIVE_INFINITY, slope: 0 });
    await expect(descend(broken, {})).rejects.toThrow('the loss at the start is Infinity');
  });

  it('names where the loss rises however small the step', async () => {
    const uphill = (w: number) => ({ loss: w * w, slope: -2 * w });
    await expect(descend(uphill, { step: 0.5 })).rejects.toThrow(
      /after iteration 0, .* even with the step .*, halved 30 times from 0.5/,
    );
  });
});

describe('logSpacedIterations', () => {
  const until = (perDecade: number, end: number) => {
    const iterations: number[] = [];
    for (const iteration of logSpacedIterations(perDecade)) {
      if (iteration > end) return iterations;
      iterations.push(iteration);
    }
    return iterations;
  };

  it('starts with 0 and 1, and grows by the same factor', () => {
    expect(until(4, 1000)).toEqual([0, 1, 2, 3, 6, 10, 18, 32, 56, 100, 178, 316, 562, 1000]);
  });

  it('repeats no iteration', () => {
    expect(until(100, 20)).toEqual(Array.from({ length: 21 }, (_, k) => k));
  });
});
