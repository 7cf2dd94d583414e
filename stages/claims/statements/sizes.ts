import { logLogSlope } from '../../../science/power-law.ts';
import type { Claim } from '../claim.ts';
import { atLeast, between } from '../criterion.ts';
import { finalRatio } from '../measures.ts';
import type { SeedRuns } from '../seed-runs.ts';

type Axis = 'n' | 'd';

const shared = { source: 'TL;DR and Theorem 3.1, Θ(n·SNR²), at other sizes', group: 'sizes' } as const;

/**
 * How the exponent of the stationary ratio depends on the sizes (figure A5): the slope at each size, and whether it grows.
 * @param sizes of the trainings, each once.
 */
export function sizesClaims(low: number, high: number, sizes: readonly Size[]): Claim[] {
  const slopeAt = (runs: SeedRuns, { n, d }: Size) =>
    logLogSlope([low, high].map((nsnr2) => ({ x: nsnr2, y: finalRatio(runs.rows('diffusion', { nsnr2, n, d })) })));
  const atEach = sizes.map(({ n, d }) => ({
    ...shared,
    id: `stationary-slope-n=${n}-d=${d}`,
    statement: `At n = ${n} and d = ${d}, the stationary ratio is proportional to n·SNR².`,
    statistic: `log-log slope of the diffusion model’s final ratio from n·SNR² = ${low} to ${high}; the theorem’s exponent is 1`,
    criterion: between(0.9, 1.1),
    ofSeed: (runs: SeedRuns) => slopeAt(runs, { n, d }),
  }));
  const trends = (['n', 'd'] as const).flatMap((axis) => {
    const line = longestLine(sizes, axis);
    const [from, to] = [line[0], line[line.length - 1]];
    if (line.length < 2) return [];
    return {
      ...shared,
      id: `stationary-slope-with-${axis}`,
      statement: `The exponent of the stationary ratio comes nearer to the theorem’s 1 as ${axis} grows.`,
      statistic: `slope from n·SNR² = ${low} to ${high} at ${nameOf(to)}, less that at ${nameOf(from)}`,
      criterion: atLeast(0.05),
      ofSeed: (runs: SeedRuns) => slopeAt(runs, to) - slopeAt(runs, from),
    };
  });
  return [...atEach, ...trends];
}

/** How large the data of a training is. */
export type Size = Readonly<Record<Axis, number>>;

/** The most sizes that differ along one axis alone, in increasing order. */
function longestLine(sizes: readonly Size[], axis: Axis): Size[] {
  const other = axis === 'n' ? 'd' : 'n';
  const lines = sizes.map((size) => sizes.filter((another) => another[other] === size[other]));
  const longest = lines.reduce<Size[]>((best, line) => (line.length > best.length ? line : best), []);
  return longest.toSorted((a, b) => a[axis] - b[axis]);
}

function nameOf({ n, d }: Size): string {
  return `n = ${n}, d = ${d}`;
}
