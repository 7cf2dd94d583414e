import { isSymmetric, type MeanFieldRow } from '../../formats/mean-field.ts';
import type { Claim } from '../claim.ts';
import { atMost } from '../criterion.ts';
import { exponentsOf, greatest } from './law.ts';

type Rows = readonly MeanFieldRow[];

const shared = { origin: 'extension', group: 'sizes' } as const;

/** The exponent of the stationary ratio at the other sizes of figure A5. Declared after a look at it. */
export function sizesClaims(low: number, high: number): Claim<Rows>[] {
  const slope = `log-log slope of the diffusion model’s final ratio of means from n·SNR² = ${low} to ${high}`;
  return [
    {
      ...shared,
      id: 'sizes-slope',
      source: 'TL;DR and Theorem 3.1, Θ(n·SNR²); the sizes are ours; declared after a look at its data',
      statement: 'At one or more of the other sizes of Figure A5, the stationary ratio is proportional to n·SNR².',
      statistic: `least distance between the ${slope} and the theorem’s exponent, 1, over n and d`,
      criterion: atMost(0.1),
      ofSeed: (rows) => Math.min(...exponentsOf(rows, low, high).map(({ exponent }) => Math.abs(exponent - 1))),
    },
    {
      ...shared,
      id: 'sizes-exponent',
      source: 'the mean field, derived here; figure A5; declared after a look at its data',
      statement:
        'At the other sizes of Figure A5, the exponent of the stationary ratio is that of the mean field, where neurons end all alike.',
      statistic: `largest distance between the ${slope} and that of the mean field, over n and d`,
      criterion: atMost(0.05),
      ofSeed: (rows) =>
        greatest(
          exponentsOf(rows.filter(isSymmetric), low, high).map(({ exponent, expected }) =>
            Math.abs(exponent - expected),
          ),
        ),
    },
  ];
}
