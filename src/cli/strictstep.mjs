#!/usr/bin/env node
// The command `strictstep`: main.ts (main.js where it is built), started fast.
import { existsSync } from 'node:fs';
import './before-start.mjs';

const built = new URL('main.js', import.meta.url);
await import((existsSync(built) ? built : new URL('main.ts', import.meta.url)).href);
