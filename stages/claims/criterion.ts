/** What a claim asks of its statistic: to lie from `from` to `to`, ends included. */
export interface Criterion {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

export type Verdict = 'holds' | 'in part' | 'does not hold';

/** The criterion of lying between two numbers. */
export function between(from: number, to: number): Criterion {
  return { text: `between ${from} and ${to}`, from, to };
}

/** The criterion of not lying below a number. */
export function atLeast(from: number): Criterion {
  return { text: `at least ${from}`, from, to: Number.POSITIVE_INFINITY };
}

/** The criterion of not lying above a number. */
export function atMost(to: number): Criterion {
  return { text: `at most ${to}`, from: Number.NEGATIVE_INFINITY, to };
}

/** A claim holds if its whole interval satisfies the criterion, and does not hold if none of it does; else it holds in part. */
export function verdictOf([low, high]: readonly [number, number], { from, to }: Criterion): Verdict {
  if (from <= low && high <= to) return 'holds';
  return high < from || to < low ? 'does not hold' : 'in part';
}
