// The flags of the verb rehearse.
import { Option, type Command } from 'commander';
import type { RehearseFlags } from './verbs/rehearse.ts';

export const addRehearseOptions = (verb: Command): Command =>
  verb
    .requiredOption('--inventory <file>', 'the deployment')
    .requiredOption('--server <community/name>', 'a community server or multiplexer')
    .addOption(
      new Option('--port <port>', 'default: the server port; of a multiplexer the client port').choices([
        'server',
        'client',
      ]),
    )
    .option('--for <time>', 'how long it is strict: 90s, 15m; then it goes back', '15m')
    .option('--state <dir>', 'folder of the runs', 'strictstep-runs')
    .option('--confirm <name>', 'the name of what is changed')
    .action(async (flags: RehearseFlags) => (await import('./verbs/rehearse.ts')).rehearse(flags));
