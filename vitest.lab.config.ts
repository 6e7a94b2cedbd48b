// The real-parts lab: `npm run test:lab`. One file after another, all in the name spaces that test/lab-real/run.sh made.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/lab-real/**/*.lab.ts'],
    setupFiles: ['test/helpers/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['verbose', './test/helpers/closing-line.ts'],
    pool: 'forks',
    fileParallelism: false,
  },
});
