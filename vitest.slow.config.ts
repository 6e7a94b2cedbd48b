// Tests of minutes: whole runs one after another. *.slow.ts are part of .ci/run; *.long.ts, or those that need programs of
// other packages, are for `npm run test:long` before a release.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [process.env['STRICTSTEP_LONG'] === '1' ? 'test/**/*.long.ts' : 'test/**/*.slow.ts'],
    globalSetup: ['test/helpers/temporary.ts', 'test/helpers/built-program.ts'],
    setupFiles: ['test/helpers/setup.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    reporters: ['default', './test/helpers/closing-line.ts'],
    pool: 'forks',
    maxWorkers: 2,
    maxConcurrency: 2,
  },
});
