import type { AlignmentRow } from '../formats/alignments.ts';
import { coloredBy } from './look.ts';
import { bandTable } from './rows.ts';
import { COLORS } from './theme.ts';

export const SIGNAL = 'signal learning';
export const NOISE = 'noise learning';

/** The look of a panel that shows what a model learns. */
export const LEARNING = coloredBy('quantity', { [SIGNAL]: COLORS.signal, [NOISE]: COLORS.noise });

export const LEARNING_TITLE = 'max |⟨w, ·⟩|';

/** The bands over seeds of signal and noise learning, as a table for `bandMarks` with the look `LEARNING`. */
export function learningTable(rows: readonly AlignmentRow[]) {
  const signal = bandTable(rows, 'signal_max').map((point) => ({ quantity: SIGNAL, ...point }));
  const noise = bandTable(rows, 'noise_max').map((point) => ({ quantity: NOISE, ...point }));
  return [...signal, ...noise];
}
