import * as v from 'valibot';
import { StageError } from '../../engine/kind.ts';
import type { VariantRow } from '../formats/variant-alignments.ts';

/** Variants, and what a figure calls them. */
export const namesSchema = v.pipe(v.record(v.string(), v.string()), v.minEntries(1));

/** A ratio of signal to noise learning: of their maxima, or of their means. */
export type Ratio = 'max' | 'mean';

/** The ratio in one row. */
export function ratioOf(row: VariantRow, ratio: Ratio): number {
  return ratio === 'max' ? row.signal_max / row.noise_max : row.signal_mean / row.noise_mean;
}

/**
 * The trainings of one variant at one n·SNR², one a seed, each a row a recorded iteration.
 * @throws {StageError} if there are none.
 */
export function trainingsOf(rows: readonly VariantRow[], variant: string, nsnr2: number): VariantRow[][] {
  const found = rows.filter((row) => row.variant === variant && row.nsnr2 === nsnr2);
  if (found.length === 0) {
    throw new StageError(`no training of '${variant}' at n·SNR² = ${nsnr2} is among the inputs of the figure`);
  }
  const seeds = new Set(found.map(({ seed }) => seed));
  return Array.from(seeds, (seed) => found.filter((row) => row.seed === seed));
}
