// The flags of the verb status.
import type { Command } from 'commander';
import type { StatusFlags } from './verbs/status.ts';

export const addStatusOptions = (verb: Command): Command =>
  verb
    .option('--state <dir>', 'folder of the runs', 'strictstep-runs')
    .option('--inventory <file>', 'instead: ask every port of this deployment what it is now')
    .option('--baseline <file>', 'with --inventory: a saved --json; warn where a certificate is another one')
    .option(
      '--links',
      'with --inventory: read the hosts and add every link, as it is computed from both its ends',
      false,
    )
    .action(async (run: string | undefined, flags: StatusFlags) =>
      (await import('./verbs/status.ts')).status(run, flags),
    );
