import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forwardStep } from '../../science/forward-step.ts';
import { kappaOf, type MeanFieldSetting, meanField, timeOfKappa } from '../../science/mean-field.ts';
import { logLogSlope } from '../../science/power-law.ts';
import { exp, ln } from '../../science/special-functions.ts';
import { matrixFrom } from './naive.ts';
import { naiveExpectedLoss } from './naive-loss.ts';

/** The shape of weights as the mean field has them: a_μ and a_ξ, and s = ‖w‖². */
interface Shape {
  readonly signal: number;
  readonly noise: number;
  readonly square: number;
}

const SIZE = { n: 6, d: 40, sigma: 0.7 };

/**
 * The loss without its constant of real weights of a shape, patch by patch and moment by moment, on orthogonal patches:
 * what the neurons have in common lies in the span of the patches, the rest of them forms a simplex orthogonal to it.
 */
function lossOfWeights({ nsnr2, kappa, m }: MeanFieldSetting, { signal, noise, square }: Shape): number {
  const { n, d, sigma } = SIZE;
  const forward = forwardStep(timeOfKappa(kappa, SIZE));
  const norms = Array.from({ length: n + 2 }, (_, i) => sigma * Math.sqrt(i < 2 ? (d * nsnr2) / n : d));
  const patches = matrixFrom(n + 2, d, (i, j) => (i === j ? norms[i] : 0));
  const common = norms.map((norm, i) => (i < 2 ? signal : noise) / (forward.alpha * norm));
  const rest = square - common.reduce((sum, value) => sum + value * value, 0);
  // e_r less the mean of all e_r: a simplex of squared norm 1 - 1/m.
  const scale = m === 1 ? 0 : Math.sqrt(rest / (1 - 1 / m));
  const weights = matrixFrom(
    m,
    d,
    (r, j) => common[j] ?? (j - n - 2 < m ? scale * ((j - n - 2 === r ? 1 : 0) - 1 / m) : 0),
  );
  const multiplicities = Float64Array.from(norms, (_, i) => (i < 2 ? n / 2 : 1));
  return naiveExpectedLoss(weights, { patches, multiplicities, forward }) - d;
}

/** Where the mean field is: its a_ξ from the loss, which is -m(a_ξ³/β√m)²F_6 at the best length. */
function shapeOf(setting: MeanFieldSetting, ratio = meanField(setting).ratio): Shape {
  const { outside } = meanField(setting);
  const { alpha } = forwardStep(timeOfKappa(setting.kappa, SIZE));
  const { n, d, sigma } = SIZE;
  const inside =
    ((2 * ratio * ratio * n) / (sigma * sigma * d * setting.nsnr2) + n / (sigma * sigma * d)) / (alpha * alpha);
  const unit = { signal: ratio, noise: 1, square: inside / (1 - outside) };
  // With lengths λ, the loss is λ⁶p - λ³q: two of them tell p and q.
  const [once, twice] = [1, 2].map((length) => lossOfWeights(setting, stretched(unit, length)));
  const p = (twice - 8 * once) / 56;
  const q = p - once;
  return stretched(unit, exp(ln(q / (2 * p)) / 3));
}

function stretched({ signal, noise, square }: Shape, length: number): Shape {
  return { signal: signal * length, noise: noise * length, square: square * length * length };
}

const settings = fc.record({
  nsnr2: fc.double({ min: 0.05, max: 30, noNaN: true }),
  kappa: fc.double({ min: 0.003, max: 100, noNaN: true }),
  m: fc.integer({ min: 2, max: 30 }),
});

describe('meanField', () => {
  it('has the loss of real weights of its shape', () => {
    fc.assert(
      fc.property(settings, (setting) => {
        const { excessLoss } = meanField(setting);
        expect(lossOfWeights(setting, shapeOf(setting)) / excessLoss).toBeCloseTo(1, 9);
      }),
    );
  });

  it('is where that loss is stationary, by central differences', () => {
    fc.assert(
      fc.property(settings, (setting) => {
        const shape = shapeOf(setting);
        const { excessLoss } = meanField(setting);
        for (const key of ['signal', 'noise', 'square'] as const) {
          const [up, down] = [1 + 1e-4, 1 - 1e-4].map((factor) =>
            lossOfWeights(setting, { ...shape, [key]: shape[key] * factor }),
          );
          expect(Math.abs((up - down) / 2e-4 / excessLoss)).toBeLessThan(1e-5);
        }
      }),
    );
  });

  it('is the least that is found by brute force', () => {
    const places = [0.25, 0.5, 0.8, 0.9, 1, 1.1, 1.25, 2, 4];
    for (const kappa of [0.003, 0.3, 30]) {
      for (const nsnr2 of [0.1, 1, 10]) {
        const setting = { nsnr2, kappa, m: 7 };
        const { signal, noise, square } = shapeOf(setting);
        const { excessLoss } = meanField(setting);
        for (const a of places) {
          for (const b of places) {
            for (const c of places) {
              const shape = { signal: a * signal, noise: b * noise, square: c * square };
              // A shape of less square than its part in the span needs weights that are not there: NaN.
              const loss = lossOfWeights(setting, shape);
              expect(loss < excessLoss * (1 + 1e-9)).toBe(false);
            }
          }
        }
      }
    }
  });

  it('gives the exponents of paper.md §5', () => {
    const exponent = (kappa: number, m: number) =>
      logLogSlope([0.75, 6.75].map((nsnr2) => ({ x: nsnr2, y: meanField({ nsnr2, kappa, m }).ratio })));
    const size = { n: 30, d: 1000, sigma: 1 };
    const atTimes = [0.2, 1.5, 2.5, 3.5, 4.2].map((t) => exponent(kappaOf({ ...size, forward: forwardStep(t) }), 20));
    expect(atTimes.map((value) => value.toFixed(3))).toEqual(['0.204', '0.701', '0.914', '0.985', '0.996']);
    expect([5, 20, 80].map((m) => exponent(1, m).toFixed(3))).toEqual(['0.638', '0.775', '0.869']);
  });

  it('has all of a single neuron in the span of the patches', () => {
    const setting = { nsnr2: 6.75, kappa: 0.3, m: 1 };
    const { ratio, outside, excessLoss } = meanField(setting);
    expect(outside).toBe(0);
    expect(lossOfWeights(setting, shapeOf(setting)) / excessLoss).toBeCloseTo(1, 9);
    for (const other of [ratio / 2, 0.99 * ratio, 1.01 * ratio, 2 * ratio]) {
      expect(lossOfWeights(setting, shapeOf(setting, other))).toBeGreaterThan(excessLoss);
    }
  });

  it('is n·SNR²/2 where κ is large, and 1 where κm is small', () => {
    for (const nsnr2 of [0.1, 2, 20]) {
      expect(meanField({ nsnr2, kappa: 1e5, m: 20 }).ratio / (nsnr2 / 2)).toBeCloseTo(1, 3);
      expect(meanField({ nsnr2, kappa: 1e-9, m: 5 }).ratio).toBeCloseTo(1, 2);
    }
  });
});

describe('timeOfKappa', () => {
  it('is the inverse of kappaOf', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), fc.integer({ min: 1, max: 500 }), (kappa, n) => {
        const size = { n, d: 1000, sigma: 0.5 };
        const forward = forwardStep(timeOfKappa(kappa, size));
        expect(kappaOf({ ...size, forward }) / kappa).toBeCloseTo(1, 9);
      }),
    );
  });
});
