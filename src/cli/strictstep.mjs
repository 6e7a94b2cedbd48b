#!/usr/bin/env node
// The command `strictstep` of a checkout: main.ts, started fast. The published package has dist/cli/main.cjs instead.
import './before-start.mjs';

await import('./main.ts');
