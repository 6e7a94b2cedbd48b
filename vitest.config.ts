import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/helpers/temporary.ts', 'test/helpers/built-program.ts'],
    setupFiles: ['test/helpers/setup.ts'],
    // Against what hangs; a machine that does much else as well is no failure.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/helpers/closing-line.ts'],
    pool: 'forks',
    maxWorkers: 2,
  },
});
