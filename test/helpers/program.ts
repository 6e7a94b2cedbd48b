// What tests start as strictstep: the built program where built-program.ts has made one, else the one of the checkout.
import { fileURLToPath } from 'node:url';

export const MAIN_VARIABLE = 'STRICTSTEP_TEST_MAIN';

const built = process.env[MAIN_VARIABLE];

export const MAIN = built ?? fileURLToPath(new URL('../../src/cli/strictstep.mjs', import.meta.url));

/** A built program keeps its compiled form beside itself: it lies elsewhere in every run. */
export const PROGRAM_ENV: NodeJS.ProcessEnv = built === undefined ? {} : { NODE_COMPILE_CACHE: undefined };
