// Flags of the verbs with which one begins: discover and init.
import type { Command } from 'commander';
import { addAnswerFlags } from './answer-flags.ts';
import { ACCEPT_NEW } from './first-keys.ts';
import type { DiscoverFlags } from './verbs/discover.ts';
import type { InitFlags } from './verbs/init.ts';

type AddVerb = (parent: Command, usage: string, description: string) => Command;

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

export function addDiscover(program: Command, addVerb: AddVerb): void {
  addVerb(program, 'discover', 'what is on the hosts? Writes an inventory with questions; changes nothing on any host')
    .option('--inventory <file>', 'a file with at least the hosts; it is completed')
    .option('--host <name=user@address:port>', 'a host, when there is no file yet; may be repeated', collect, [])
    .option('--user <name>', 'log-in of the hosts named with --host')
    .option('--identity-file <file>', 'private key for the hosts named with --host')
    .option('--known-hosts <file>', 'host keys for the hosts named with --host')
    .option(...ACCEPT_NEW)
    .option('--search <path>', 'look there, too, on every host; may be repeated', collect, [])
    .option('--parallel <n>', 'hosts at once', '10')
    .option('--out <file>', 'where to write the inventory; default: standard output')
    .option('--facts <file>', 'where to write all facts as JSON; default: beside --out')
    .option('--force', 'replace existing files', false)
    .option('--detailed-exitcode', 'exit 2 when there are questions', false)
    .action(async (flags: DiscoverFlags) => (await import('./verbs/discover.ts')).discover(flags));
}

export function addInit(program: Command, addVerb: AddVerb): void {
  const verb = addVerb(program, 'init', 'a conversation that ends with an inventory, a playbook and a plan')
    .option('--out <dir>', 'folder for the files', '.')
    .option('--answers <file>', 'answers of an earlier conversation: the same files again')
    .option('--continue', 'go on with the answers that a stopped conversation left', false)
    .option('--rescan', 'read the hosts again although facts.json lies beside the answers', false)
    .option('--no-plan', 'write the files only')
    .option('--force', 'replace existing files', false);
  addAnswerFlags(verb).action(async (flags: InitFlags) => (await import('./verbs/init.ts')).init(flags));
}
