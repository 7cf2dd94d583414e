import { BALANCE } from '../../balance.ts';
import type { ClassAlignmentRow } from '../../formats/class-alignments.ts';
import { inWords } from '../../in-words.ts';
import type { Claim } from '../claim.ts';
import { atLeast, atMost } from '../criterion.ts';
import { requirePositive } from '../measures.ts';
import type { RunsOfSeed } from '../seed-runs.ts';

export type ClassRuns = RunsOfSeed<ClassAlignmentRow>;

const low = {
  origin: 'reviewers',
  source: 'the paper’s reviewers ask for more labels, Figure A7a; declared before a look at its data',
  group: 'tenDigits',
} as const;
const high = {
  origin: 'reviewers',
  source: 'the paper’s reviewers ask for more labels, Figure A7b; declared before a look at its data',
  group: 'tenDigitsHigh',
} as const;

/** Figure 3, and its twin at high SNR~, for more classes (figure A7); the criteria are those of Figure 3. */
export function tenDigitsClaims(classes: number): Claim<ClassRuns>[] {
  const digits = `${inWords(classes)} digits`;
  return [
    {
      ...low,
      id: 'digits-classifier-noise',
      statement: `On ${digits} at low SNR~, the softmax classifier predominantly learns noise, in every class.`,
      statistic: 'noise by signal learning of a class when training ends, smallest over the classes',
      criterion: atLeast(BALANCE),
      ofSeed: (runs) =>
        Math.min(...endOf(runs, 'classifier').map((row) => requireRatio(row, 'noise_max', 'signal_max'))),
    },
    {
      ...low,
      id: 'digits-diffusion-signals',
      statement: `On ${digits} at low SNR~, the diffusion model learns the signals of all classes alike.`,
      statistic: 'signal learning of a class when training ends, largest by smallest',
      criterion: atMost(BALANCE),
      ofSeed: signalSpread,
    },
    {
      ...high,
      id: 'digits-high-classifier-signal',
      statement: `On ${digits} at high SNR~, the softmax classifier predominantly learns the signal, in every class.`,
      statistic: 'signal by noise learning of a class when training ends, smallest over the classes',
      criterion: atLeast(BALANCE),
      ofSeed: (runs) =>
        Math.min(...endOf(runs, 'classifier').map((row) => requireRatio(row, 'signal_max', 'noise_max'))),
    },
    {
      ...high,
      id: 'digits-high-diffusion-signals',
      statement: `On ${digits} at high SNR~, the diffusion model learns the signals of all classes alike.`,
      statistic: 'signal learning of a class when training ends, largest by smallest',
      criterion: atMost(BALANCE),
      ofSeed: signalSpread,
    },
  ];
}

function signalSpread(runs: ClassRuns): number {
  const learned = endOf(runs, 'diffusion').map((row) =>
    requirePositive(row.signal_max, `signal learning of ${nameOf(row)}`),
  );
  return Math.max(...learned) / Math.min(...learned);
}

/** The rows of the last iteration, one a class. */
function endOf(runs: ClassRuns, model: ClassAlignmentRow['model']): ClassAlignmentRow[] {
  const rows = runs.at({ model });
  const { iteration } = rows[rows.length - 1];
  return rows.filter((row) => row.iteration === iteration);
}

function requireRatio(row: ClassAlignmentRow, of: 'signal_max' | 'noise_max', by: 'signal_max' | 'noise_max'): number {
  return requirePositive(row[of] / row[by], `${of} / ${by} of ${nameOf(row)}`);
}

function nameOf({ model, seed, class: label }: ClassAlignmentRow): string {
  return `class ${label} in the ${model} model, seed ${seed}`;
}
