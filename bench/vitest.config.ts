import { defineConfig } from 'vitest/config';

/** For measurements that use the projects of the tests. */
export default defineConfig({
  test: { include: ['bench/faults.ts'], testTimeout: 1_800_000, disableConsoleIntercept: true, reporters: ['dot'] },
});
