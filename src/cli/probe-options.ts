// The flags of the verb probe.
import { Option, type Command } from 'commander';
import type { ProbeFlags } from './verbs/probe.ts';

export const addProbeOptions = (verb: Command): Command =>
  verb
    .addOption(
      new Option('--starttls <protocol>', 'upgrade first')
        .choices(['none', 'xmpp-client', 'xmpp-server', 'sametime'])
        .default('none'),
    )
    .addOption(
      new Option('--alpn <protocol>', 'offer it by ALPN, for direct TLS').choices(['xmpp-client', 'xmpp-server']),
    )
    .option('--server-name <name>', 'name sent in the hello')
    .option('--domain <name>', 'XMPP domain to ask for; default: the server name, else the host')
    .option('--pause <ms>', 'time between the starts of two connections, for servers that count them')
    .option('--quick', 'at most ten connections', false)
    .option('--targets <file>', 'more ports: one HOST:PORT a line, # begins a remark')
    .option('--policy <name-or-file>', 'judge by rfc9325, ietf88, sametime-hardened or a file of yours')
    .option('--expect <file>', 'compare with what this port is expected to do')
    .option('--baseline <file>', 'what changed since a saved probe --json')
    .option('--detailed-exitcode', 'exit 2 when a policy or expectation does not hold, or something changed', false)
    .action(async (endpoints: readonly string[], flags: ProbeFlags) =>
      (await import('./verbs/probe.ts')).probe(endpoints, flags),
    );
