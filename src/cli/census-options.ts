// The flags of the verb census.
import type { Command } from 'commander';
import type { CensusFlags } from './verbs/census.ts';

export const addCensusOptions = (verb: Command): Command =>
  verb
    .requiredOption('--inventory <file>', 'the deployment')
    .requiredOption('--community <name>', 'whose callers')
    .option('--for <time>', 'how long to watch, longer than the longest cycle of a caller: 24h, 8d', '24h')
    .option('--every <time>', 'how often to look', '1m')
    .option('--waivers <file>', 'callers that may still come without TLS, with reason and last day')
    .option('--out <dir>', 'folder of the evidence; an interrupted census goes on with it', 'strictstep-census')
    .action(async (flags: CensusFlags) => (await import('./verbs/census.ts')).census(flags));
