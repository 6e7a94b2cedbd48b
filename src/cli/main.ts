#!/usr/bin/env node
// The entry: arguments in, exit status out. Everything that can fail ends in renderError().
import { makeProgram } from './program.ts';
import { exitStatusOf, writeError } from './output.ts';

const OLDEST_NODE = 24;

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  process.stderr.write(`error: USAGE strictstep needs Node ${OLDEST_NODE} or newer, this is ${process.version}\n`);
  process.stderr.write('hint: Run it as npx strictstep from the checkout, after npm ci.\n');
  process.exit(64);
}

try {
  await makeProgram().parseAsync(process.argv);
} catch (error) {
  writeError(error, process.argv.includes('--json'));
  process.exitCode = exitStatusOf(error);
}
