import { configDefaults, defineConfig } from 'vitest/config';

/** What takes long, and is for `npm run test:all`: after a change of executors or of figures. */
const LONG = [
  'test/faults/same-bits.test.ts',
  'test/figures/params.test.ts',
  'test/slurm/{detached,faults,kill}.test.ts',
];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(process.env.TESTS === 'all' ? [] : LONG)],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: 2,
  },
});
