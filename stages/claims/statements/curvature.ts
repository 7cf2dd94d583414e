import type { CurvatureRow } from '../../formats/curvature.ts';
import type { Claim } from '../claim.ts';
import { atLeast } from '../criterion.ts';

/** Whether the diffusion model ends in a local minimum. */
export function curvatureClaims(low: number, high: number): Claim<readonly CurvatureRow[]>[] {
  return [
    { name: 'low', nsnr2: low },
    { name: 'high', nsnr2: high },
  ].map(({ name, nsnr2 }) => ({
    id: `${name}-minimum`,
    origin: 'extension',
    statement: `At n·SNR² = ${nsnr2}, the stationary point is a local minimum: no curvature is negative by more than 10⁻⁴ of the largest.`,
    source: 'our question, with a criterion set after a look at one seed; the paper speaks of stationary points',
    statistic: 'smallest eigenvalue of the Hessian when training ends, by the largest',
    criterion: atLeast(-0.0001),
    group: 'curvature',
    ofSeed(rows) {
      const row = rows.find((row) => row.nsnr2 === nsnr2);
      return row === undefined ? Number.NaN : row.smallest / row.largest;
    },
  }));
}
