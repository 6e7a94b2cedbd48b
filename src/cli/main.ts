#!/usr/bin/env node
// The entry: arguments in, exit status out. Everything that can fail ends in renderError(). `strictstep.mjs` starts it
// faster. What it loads comes after before-start, so these imports are dynamic.
import './before-start.mjs';

const [{ makeProgram }, { exitStatusOf, writeError }] = await Promise.all([
  import('./program.ts'),
  import('./output.ts'),
]);

// A terminal or a reader that is gone is no reason to end half-way through a step.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  await makeProgram().parseAsync(process.argv);
} catch (error) {
  writeError(error, process.argv.includes('--json'));
  process.exitCode = exitStatusOf(error);
}
