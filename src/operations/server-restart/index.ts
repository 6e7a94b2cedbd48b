// Operation server-restart: an application server or WebSphere proxy runs with the configuration of its node.
// Source: IBM WebSphere 8.5.5, stopServer and startServer commands.
import { parseInput } from '../parse-input.ts';
import { RestartWish } from '../replaces.ts';
import { makeRestart } from '../restart.ts';
import { ServerTarget } from '../targets.ts';

export const serverRestart = makeRestart({
  name: 'server-restart',
  targets: ['server'],
  parse(input) {
    const { target, wish } = parseInput(input, ServerTarget, RestartWish);
    const { cell, node, server, host, profile, serverTimeoutMs: timeoutMs } = target;
    return { cell, node, server, host, profile, replaces: wish.replaces, timeoutMs };
  },
  owner: ({ node }) => node,
  endsWsadmin: false,
});
