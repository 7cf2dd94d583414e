import type * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { StageError } from '../../engine/kind.ts';
import type { ClaimInputs } from '../../stages/claims/inputs.ts';
import claims from '../../stages/claims.ts';
import { runsOf } from '../../stages/figure/rows.ts';
import { type AlignmentRow, alignmentTable } from '../../stages/formats/alignments.ts';
import type { MeasuredClaim } from '../../stages/formats/claims.ts';
import { type ConvergenceRow, convergenceTable } from '../../stages/formats/convergence.ts';
import { decodeText, encodeText } from '../../stages/formats/text.ts';
import type { TrainingRecord } from '../../stages/formats/training-record.ts';
import { trainings } from '../figures/tables.ts';
import { runKind } from '../stages/run-kind.ts';
import { SETTINGS, UNWIRED } from './wiring.ts';

const SWEEP = [0.1, 0.75, 3, 6.75, 10, 30];
/** Both models' ratio is n·SNR²/2 at every iteration. */
const SYNTHETIC = trainings('synthetic', SWEEP);
const IMAGES = trainings('noisy-mnist', [1]);

type LabelledTraining = ClaimInputs['times'][number];

/** What a test wires: the tables of each group, the trainings that ended, and params other than the usual. */
interface Wiring {
  readonly synthetic?: readonly AlignmentRow[][];
  readonly noisyMnist?: readonly AlignmentRow[][];
  readonly times?: readonly LabelledTraining[];
  readonly ended?: readonly AlignmentRow[];
  readonly params?: Partial<v.InferInput<typeof claims.params>>;
}

async function measured({ ended = [...SYNTHETIC, ...IMAGES], params, ...wired }: Wiring) {
  const about = { about: 'n = 30, d = 1000' };
  const groups = { synthetic: about, noisyMnist: about };
  const inputs = { ...UNWIRED, convergence: ended.map(endingOf), ...wired };
  const { claims: list, document } = await runKind(claims, { ...SETTINGS, sweep: SWEEP, groups, ...params }, inputs);
  return { list, document };
}

/** The trainings among rows of the diffusion model, each with a record of its time. */
function labelled(rows: readonly AlignmentRow[], time: { t: number }): LabelledTraining[] {
  return runsOf(rows).map((run) => ({ record: recordOf(run[0], time), alignments: run }));
}

function recordOf({ dataset, snr, nsnr2, seed }: AlignmentRow, { t }: { t: number }): TrainingRecord {
  return {
    model: 'diffusion',
    setting: { dataset, snr, nsnr2, seed },
    backend: 'portable',
    n: 30,
    d: 1000,
    m: 20,
    t,
    sigma0: 0.001,
    seed,
    step: 0.01,
    maxIterations: 1000,
    iterations: 100,
    stoppedBy: 'stationary',
    gradientNorm: { start: 0.1, max: 1, final: 1e-5 },
    halvings: [],
    loss: 1,
    excessLoss: -1,
  };
}

function endingOf({ dataset, nsnr2, seed }: AlignmentRow): ConvergenceRow {
  return {
    model: 'diffusion',
    dataset,
    n: 30,
    d: 1000,
    m: 20,
    nsnr2,
    seed,
    iterations: 100,
    stopped_by: 'stationary',
    gradient_norm: 1e-5,
    gradient_norm_ratio: 1e-5,
    halvings: 0,
    final_step: 0.01,
    ratio_max: 1,
    ratio_max_tighter: 1 / 1.005,
    ratio_mean: 1,
    excess_loss: -1,
  };
}

/** The one of an id. */
function claim(list: readonly MeasuredClaim[], id: string): MeasuredClaim {
  const found = list.find((entry) => entry.id === id);
  if (found === undefined) throw new Error(`no claim ${id}`);
  return found;
}

describe('claims', async () => {
  const { list, document } = await measured({ synthetic: [SYNTHETIC], noisyMnist: [IMAGES] });

  it('have the estimate, interval and verdict that the rows give', () => {
    expect(claim(list, 'stationary-slope')).toEqual({
      id: 'stationary-slope',
      origin: 'paper',
      statement: 'At stationarity, the diffusion model’s ratio of signal to noise learning is proportional to n·SNR².',
      source:
        'TL;DR and Theorem 3.1, Θ(n·SNR²); over this range it contradicts `balance`: where means and maxima agree, at most one of them can hold',
      statistic:
        'log-log slope against n·SNR², from 0.1 to 10, of the final ratio of means; the theorem’s exponent is 1; ' +
        'mean over 3 seeds, n = 30, d = 1000',
      estimate: expect.closeTo(1, 12),
      interval: [expect.closeTo(1, 12), expect.closeTo(1, 12)],
      criterion: 'between 0.9 and 1.1',
      verdict: 'holds',
    });
    expect(claim(list, 'early-slope').estimate).toBeCloseTo(1, 12);
    expect(claim(list, 'balance')).toMatchObject({ estimate: expect.closeTo(20, 12), verdict: 'does not hold' });
    expect(claim(list, 'balance-compared').estimate).toBe(0);
    expect(claim(list, 'transition').estimate).toBeCloseTo(2.4771212547, 9);
    expect(claim(list, 'transition-place').estimate).toBeCloseTo(2, 12);
    expect(claim(list, 'classifier-one-sided').estimate).toBeCloseTo(4 / 6, 12);
    expect(claim(list, 'low-noise-dominates').estimate).toBeCloseTo(2 / 0.75, 12);
    expect(claim(list, 'high-signal-quickly').estimate).toBe(1);
    expect(claim(list, 'transition-width').estimate).toBeCloseTo(9, 12);
    expect(claim(list, 'low-noise-quickly').estimate).toBe(1);
    expect(claim(list, 'low-noise-outgrows').estimate).toBeCloseTo(1, 12);
    expect(claim(list, 'images-diffusion-signal').estimate).toBeCloseTo(103, 12);
    expect(claim(list, 'images-diffusion-growth').estimate).toBeCloseTo(1, 12);
    expect(claim(list, 'high-stationary-drift').estimate).toBeCloseTo(1.005, 12);
    for (const id of ['early-linearly-noise', 'early-linearly-signal', 'early-exponentially-noise']) {
      expect(claim(list, id).estimate).toBeCloseTo(1, 12);
    }
    expect(claim(list, 'more-classifier-quickly').estimate).toBe(1);
    expect(claim(list, 'more-stationary-growth').estimate).toBeCloseTo(30 / 6.75, 12);
    expect(claim(list, 'low-classifier-loss').estimate).toBeCloseTo((0.7 - 0.0045 * 102) / 0.7, 12);
    // The seeds' accuracies are 0.702, 0.704 and 0.706.
    const { estimate, interval } = claim(list, 'images-classifier-memorises');
    expect([estimate, ...interval]).toEqual([0.704, 0.702, 0.706].map((value) => expect.closeTo(value, 12)));
  });

  it('have ids of their own, and are all listed in the document', () => {
    expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
    for (const { id, statement, source, verdict } of list) {
      expect(document).toContain(`| ${statement} *${source}* \`${id}\` | **${verdict}** |`);
    }
    expect(document).toContain(`Of ${list.length} claims, `);
    const ofPaper = list.filter(({ origin }) => origin === 'paper');
    expect(document).toContain(`## What the paper says\n\nOf ${ofPaper.length} claims, `);
    expect(document).toContain('## What its reviewers and readers say\n\nOf 4 claims, ');
  });

  it('do not depend on the order in which tables and seeds are wired', async () => {
    const again = await measured({ synthetic: [SYNTHETIC.toReversed().toSorted(byIteration)], noisyMnist: [IMAGES] });
    expect(again).toEqual({ list, document });
  });

  it('are not listed when their group is not wired, or when the sweep does not reach as far as they', async () => {
    const sweep = [0.75, 6.75];
    const narrow = await measured({
      synthetic: [SYNTHETIC],
      params: { sweep, groups: { synthetic: { about: 'n = 30' } } },
    });
    const ids = narrow.list.map(({ id }) => id);
    expect(ids.filter((id) => id.startsWith('images'))).toEqual([]);
    expect(ids).toContain('stationary-order');
    expect(ids).not.toContain('stationary-slope');
    expect(ids).not.toContain('balance');
  });
});

describe('what params and tables decide', () => {
  const STATIONARY = ['images-stationary'];

  it('is when a gradient is that of a stationary point', async () => {
    const wired = { synthetic: [SYNTHETIC], noisyMnist: [IMAGES] };
    const verdictsOf = async (stationarity: number) => {
      const { list } = await measured({ ...wired, params: { stationarity } });
      return STATIONARY.map((id) => claim(list, id)).map(({ criterion, verdict }) => [criterion, verdict]);
    };
    expect(await verdictsOf(1e-4)).toEqual(STATIONARY.map(() => ['at most 0.0001', 'holds']));
    expect(await verdictsOf(2e-6)).toEqual(STATIONARY.map(() => ['at most 0.000002', 'does not hold']));
  });
});

describe('claims of labelled groups', () => {
  /** Diffusion trainings at low and high n·SNR² whose final ratio is a power of n·SNR². */
  const powerLaw = (ratioOf: (nsnr2: number) => number) =>
    trainings('synthetic', [0.1, 0.75, 6.75, 30])
      .filter(({ model }) => model === 'diffusion')
      .map((row) => ({
        ...row,
        signal_max: row.noise_max * ratioOf(row.nsnr2),
        signal_mean: row.noise_mean * ratioOf(row.nsnr2),
      }));

  it('compare the ratio at several times', async () => {
    const { list } = await measured({
      times: [
        ...labelled(
          powerLaw((x) => x),
          { t: 0.05 },
        ),
        ...labelled(
          powerLaw((x) => x * x),
          { t: 1.5 },
        ),
      ],
      params: { groups: { times: { about: 'n = 30' } } },
    });
    expect(list.map(({ id, estimate }) => [id, estimate])).toEqual([
      ['time-low', expect.closeTo(0.75, 12)],
      ['time-high', expect.closeTo(6.75, 12)],
      ['time-balance', expect.closeTo(30 * 30, 10)],
    ]);
  });

  it('need the table of the training that the record is of', async () => {
    const [first, second] = labelled(powerLaw(Math.sqrt), { t: 0.2 });
    const refusal = measured({
      times: [{ ...first, alignments: second.alignments }],
      params: { groups: { times: { about: 'n = 30' } } },
    });
    await expect(refusal).rejects.toThrow(StageError);
    await expect(refusal).rejects.toThrow(
      'the record of the diffusion model at n·SNR² = 0.1, seed 1, is wired with the table of the diffusion model at ' +
        'n·SNR² = 0.1, seed 2',
    );
  });
});

describe('learning that outgrows the other', () => {
  /** Noise learning is ahead from the start, and doubles beyond iteration 10 against signal learning. */
  const rows = (factor: (iteration: number) => number) =>
    SYNTHETIC.map((row) => ({ ...row, signal_max: 0.1, noise_max: factor(row.iteration) }));
  const measuredOf = async (factor: (iteration: number) => number) => {
    const { list } = await measured({ synthetic: [rows(factor)], params: { sweep: [0.75, 6.75] } });
    return claim(list, 'low-noise-quickly').estimate;
  };

  it('is not one that is ahead from the start', async () => {
    expect(await measuredOf(() => 100)).toBe(1);
  });

  it('is from when it stays so', async () => {
    const from = await measuredOf((iteration) => (iteration >= 10 || iteration === 2 ? 100 : 1));
    expect(from).toBeCloseTo((10 / 101 + 10 / 102 + 10 / 103) / 3, 12);
  });
});

describe('what cannot be measured is an error that names it', () => {
  const without = (is: (row: AlignmentRow) => boolean) => [SYNTHETIC.filter((row) => !is(row))];

  it('a setting that one seed lacks', async () => {
    const lacking = without(({ model, nsnr2, seed }) => model === 'diffusion' && nsnr2 === 3 && seed === 2);
    const refusal = measured({ synthetic: lacking });
    await expect(refusal).rejects.toThrow(StageError);
    await expect(refusal).rejects.toThrow("group 'synthetic' has no training at seed 2, model = diffusion, nsnr2 = 3");
  });

  it('a training that is wired twice', async () => {
    await expect(measured({ noisyMnist: [IMAGES, IMAGES] })).rejects.toThrow(
      "group 'noisyMnist' has more than one training at seed 1, model = classifier",
    );
  });

  it('a training that is not in the table of convergence', async () => {
    await expect(measured({ synthetic: [SYNTHETIC], ended: IMAGES })).rejects.toThrow(
      'the table of convergence has no training on synthetic at n·SNR² = 0.75, seed 1',
    );
  });

  it('a group that has no description', async () => {
    await expect(measured({ times: labelled(SYNTHETIC, { t: 0.2 }) })).rejects.toThrow(
      "group 'times' has tables, but the params do not describe it",
    );
  });

  it('a number that is not finite', async () => {
    const halved = SYNTHETIC.map((row) => (row.nsnr2 < 3 ? row : { ...row, signal_max: row.signal_max / 100 }));
    await expect(measured({ synthetic: [halved] })).rejects.toThrow(
      "claim 'transition-place': the statistic of seed 1 is NaN; it is: n·SNR² at which",
    );
  });

  it('a NaN in a table', () => {
    const text = decodeText(alignmentTable.encode(IMAGES)).replace(/[^,]+\n$/, 'NaN\n');
    expect(() => alignmentTable.decode(encodeText(text))).toThrow(StageError);
    expect(() => convergenceTable.decode(alignmentTable.encode(IMAGES))).toThrow(StageError);
  });
});

function byIteration(a: AlignmentRow, b: AlignmentRow): number {
  return a.iteration - b.iteration;
}
