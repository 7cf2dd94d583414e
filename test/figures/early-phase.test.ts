import { expect, test } from 'vitest';
import { earlyJointRatio, earlyPhaseRatio } from '../../science/early-phase.ts';

/** A run whose noise learning grows by `growth` a record from 2, and whose ratio grows by `ratioGrowth` from 0.5. */
function exponentialRun(growth: number, ratioGrowth: number) {
  const records = [{ noise: 2, signal: 1 }];
  for (let k = 0; k < 12; k++) {
    const { noise, signal } = records[k];
    records.push({ noise: noise * growth, signal: signal * growth * ratioGrowth });
  }
  return records;
}

test('the ratio is exact between the records of an exponential growth', () => {
  // Noise learning is three times its start after half a record, when the ratio has grown by √1.44.
  expect(earlyPhaseRatio(exponentialRun(9, 1.44))).toBeCloseTo(0.5 * 1.2, 12);
});

test('a record exactly at three times the start needs no interpolation', () => {
  expect(earlyPhaseRatio(exponentialRun(3, 1.5))).toBeCloseTo(0.75, 12);
});

test('noise learning that never triples has no early-phase ratio', () => {
  expect(earlyPhaseRatio(exponentialRun(1.01, 2))).toBeUndefined();
  expect(earlyPhaseRatio([])).toBeUndefined();
});

test('signal and noise learning together end the early phase where noise learning alone does not grow', () => {
  const records = [
    { noise: 1, signal: 1 },
    { noise: 1, signal: 5 },
  ];
  expect(earlyPhaseRatio(records)).toBeUndefined();
  expect(earlyJointRatio(records)).toBeCloseTo(5, 12);
  expect(earlyJointRatio(records.slice(0, 1))).toBeUndefined();
});
