import { defineConfig } from 'vitest/config';
import QuickFirst from './quick-first.ts';

export default defineConfig({
  test: {
    include: [
      'test/engine/*.test.ts',
      'test/cli/*.test.ts',
      'test/faults/*.test.ts',
      'test/remote/*.test.ts',
      'test/slurm/*.test.ts',
    ],
    // Compared to what they find, these take long: they try hundreds of kills and damages.
    exclude: ['test/engine/wiring.test.ts', 'test/faults/{damage,hostile,kill,same-bits,shortage}.test.ts'],
    runner: 'bench/mutants/runner.ts',
    sequence: { sequencer: QuickFirst },
    setupFiles: ['bench/mutants/setup.ts', 'bench/mutants/commands.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
