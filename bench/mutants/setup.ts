import { afterAll, beforeEach, inject } from 'vitest';

/** How often mutants were met, by the number of the mutant. */
type Hits = Record<string, number>;

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether StrykerJS looks which tests meet which mutants, or tries a mutant. */
    mode: 'dry-run' | 'mutant';
    activeMutant: string;
    /** How often the mutant may be met before it counts as one that never ends. */
    hitLimit: number | undefined;
  }
}

declare global {
  /** What the code with mutants and StrykerJS share. */
  var __stryker__: {
    activeMutant?: string | undefined;
    hitCount?: number | undefined;
    currentTestId?: string | undefined;
    mutantCoverage?: { static: Hits; readonly perTest: Record<string, Hits> };
  };
}

/** Notes that a test has met mutants. */
export function add(test: string, hits: Readonly<Hits>): void {
  globalThis.__stryker__.mutantCoverage ??= { static: {}, perTest: {} };
  const { perTest } = globalThis.__stryker__.mutantCoverage;
  const sum = { ...perTest[test] };
  for (const [mutant, count] of Object.entries(hits)) sum[mutant] = (sum[mutant] ?? 0) + count;
  perTest[test] = sum;
}

if (inject('mode') === 'mutant') {
  // Before the modules under test are loaded, so that what they do while loading is done by the mutant.
  globalThis.__stryker__.activeMutant = inject('activeMutant');
  globalThis.__stryker__.hitCount = 0;
} else {
  // All tests of a file need what happened while it was loaded. StrykerJS would say: all tests of all files do.
  const tests = new Set<string>();
  beforeEach(() => {
    const { currentTestId } = globalThis.__stryker__;
    if (currentTestId !== undefined) tests.add(currentTestId);
  });
  afterAll(() => {
    const coverage = globalThis.__stryker__.mutantCoverage;
    if (coverage === undefined) return;
    for (const test of tests) add(test, coverage.static);
    coverage.static = {};
  });
}
