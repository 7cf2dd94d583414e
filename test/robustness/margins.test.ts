import { expect, it } from 'vitest';
import bisection from '../../stages/bisection.ts';
import brackets from '../../stages/brackets.ts';
import { choicesOf } from '../../stages/claims/choices.ts';
import { bracketTable } from '../../stages/formats/brackets.ts';
import { marginTable } from '../../stages/formats/margins.ts';
import { type TrialRow, trialTable } from '../../stages/formats/trials.ts';
import margins from '../../stages/margins.ts';
import { type Setup, varied } from '../../stages/robustness/setup.ts';
import trial from '../../stages/trial.ts';
import { runKind } from '../stages/run-kind.ts';

const sweep = { nsnr2: [0.1, 3, 30], low: 0.75, high: 6.75 };
const descent = { step: 0.02, maxIterations: 500 };
const setup: Setup = {
  data: { dataset: 'synthetic', n: 10, d: 200, sigma: 1, testSamples: 20, labels: 'in turn' },
  training: {
    backend: 'portable',
    m: 4,
    sigma0: 0.001,
    t: 0.2,
    stationarity: { gradientRatio: 1e-4, growth: 10 },
    diffusion: descent,
    classifier: { step: 0.1, maxIterations: 1000 },
  },
};

/** Trials of the balance of two seeds: it holds up to a factor of 3. */
const balance = (choice: string, factor: number, values: readonly (number | undefined)[]): TrialRow[] =>
  values.map((value, seed) => ({ claim: 'balance', choice, factor, seed, value }));

const OURS = balance('ours', 1, [2, 2.4]);

it('a bracket is between what holds and the nearest that does not, on either side', async () => {
  const trials = [
    OURS,
    balance('t', 0.5, [2.8, 3.1]),
    balance('t', 0.25, [5, 2]),
    balance('t', 2, [4, 1]),
    balance('t', 4, [2, undefined]),
  ];
  const { table } = await runKind(brackets, { dataset: 'synthetic', sweep, choice: 't' }, { trials });
  const t = { claim: 'balance', choice: 't' };
  expect(table).toEqual([
    { ...t, side: 'less', holds: 0.5, fails: 0.25 },
    { ...t, side: 'more', holds: 2, fails: 4 },
  ]);
  expect(bracketTable.decode(bracketTable.encode(table))).toEqual(table);
});

it('margins say where each choice flips a claim, and claims say it in words', async () => {
  const trials = [OURS, balance('t', 5, [9, 9]), balance('m', 3, [2, 2]), balance('labels drawn', 1, [4, 4])];
  const found = [{ claim: 'balance', choice: 't', side: 'more' as const, holds: 2, fails: 2.42 }];
  const others = ['transition-place', 'low-classifier-test', 'high-classifier-test', 'images-classifier-noise'];
  const more = [...others, 'images-classifier-memorises', 'images-diffusion-both'].map((claim) =>
    OURS.map((row) => ({ ...row, claim })),
  );
  const { table } = await runKind(margins, { sweep }, { trials: [...trials, ...more], brackets: [found] });
  expect(table.map(({ choice, flips_above, fails }) => [choice, flips_above?.toFixed(2), fails])).toEqual([
    ['t', '2.20', 1],
    ['m', undefined, 0],
    ['labels drawn', undefined, 1],
  ]);
  expect(marginTable.decode(marginTable.encode(table))).toEqual(table);
  const claim = { origin: 'paper', statement: '', source: '', statistic: '', estimate: 2, criterion: '' } as const;
  const measured = { ...claim, interval: [2, 2], verdict: 'holds' } as const;
  expect(choicesOf({ ...measured, id: 'balance' }, table).choices).toBe(
    'Where one choice of ours alone is another (figure A11), it flips above 2.2 times our t and with labels drawn; ' +
      'it stays for m from 1 to 3 times ours.',
  );
  expect(choicesOf({ ...measured, id: 'another' }, table)).toEqual({});
});

it('a trial is of the experiment with one choice another', async () => {
  const around = { sweep, claims: ['transition-place', 'high-classifier-test'], seed: 1 };
  const ours = await runKind(trial, { setup, choice: 'ours', ...around }, { mnist: [] });
  expect(ours.table.map(({ claim }) => claim)).toEqual(around.claims);
  expect(trialTable.decode(trialTable.encode(ours.table))).toEqual(ours.table);
  const same = await runKind(trial, { setup, choice: { name: 'm', factor: 1 }, ...around }, { mnist: [] });
  expect(same.table.map(({ value }) => value)).toEqual(ours.table.map(({ value }) => value));
  const short = await runKind(
    trial,
    { setup, choice: { name: 'iterations', factor: 0.001 }, ...around },
    { mnist: [] },
  );
  expect(short.table).not.toEqual(ours.table);
});

it('where nothing flips there is nothing to halve', async () => {
  const params = { setup, sweep, claim: 'balance', choice: 't', side: 'more', seeds: [1] } as const;
  const other = [{ claim: 'balance', choice: 't', side: 'less' as const, holds: 1, fails: 0.5 }];
  const { table } = await runKind(bisection, { ...params, seeds: [1] }, { brackets: other, mnist: [] });
  expect(table).toEqual([]);
});

it('a choice is another by its factor, with steps as n/d, and training as long', () => {
  const at = (choice: Parameters<typeof varied>[1], factor: number) => varied(setup, choice, factor);
  expect(at('n', 1.5).data).toMatchObject({ n: 16 });
  expect(at('n', 1.5).training.diffusion.step).toBeCloseTo(0.032, 12);
  expect(at('d', 0.5)).toMatchObject({ data: { d: 100 }, training: { diffusion: { step: 0.04, maxIterations: 500 } } });
  expect(at('m', 0.1).training.m).toBe(1);
  expect(at('sigma0', 3).training.sigma0).toBeCloseTo(0.003, 12);
  expect(at('t', 2).training.t).toBe(0.4);
  expect(at('step', 2).training.classifier).toEqual({ step: 0.2, maxIterations: 500 });
  expect(at('iterations', 2).training.diffusion).toEqual({ step: 0.02, maxIterations: 1000 });
  const images = { dataset: 'noisy-mnist', snr: 0.1, digits: [0, 1], perDigit: 50, testPerDigit: 10 } as const;
  const onImages = { ...setup, data: { ...images, digits: [0, 1] } };
  expect(varied(onImages, 'n', 0.5)).toMatchObject({
    data: { perDigit: 25 },
    training: { classifier: { step: 0.05 } },
  });
  expect(() => varied(onImages, 'd', 2)).toThrow('images have no dimension d');
});
