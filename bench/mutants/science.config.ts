import { defineConfig } from 'vitest/config';
import QuickFirst from './quick-first.ts';

export default defineConfig({
  test: {
    runner: 'bench/mutants/runner.ts',
    sequence: { sequencer: QuickFirst },
    setupFiles: 'bench/mutants/setup.ts',
    include: [
      'test/science/*.test.ts',
      'test/stages/*.test.ts',
      'test/claims/{bootstrap,power-law}.test.ts',
      'test/figures/{bands,early-phase,network-maps}.test.ts',
      'test/mnist/noisy-*.test.ts',
    ],
    exclude: ['test/science/landing.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
