import type { GroupName } from './groups.ts';

/** What the pipeline wires to the claims; the claims are about these settings. */
export interface Setup {
  /** Every n·SNR² of the synthetic data. */
  readonly sweep: readonly number[];
  /** The two values of n·SNR² that the paper's Figures 2 and 5 show. */
  readonly low: number;
  readonly high: number;
  /** The values of n·SNR² that figure A1 shows of the synthetic data. */
  readonly moreSnr: readonly number[];
  /** The values of n·SNR² of the variants; those of the ends are of the diffusion model on each network. */
  readonly variants: { readonly low: number; readonly high: number; readonly ends: readonly number[] };
  /** The values of κ of figure A10. */
  readonly kappas: readonly number[];
  /** Stationary is a gradient whose norm is below this share of its maximum (paper.md §2). */
  readonly stationarity: number;
  /** The groups that are wired. */
  readonly groups: Readonly<Partial<Record<GroupName, GroupSetup>>>;
}

export interface GroupSetup {
  /** The sizes of its experiments, e.g. `n = 30, d = 1000`. */
  readonly about: string;
}
