// Operation node-agent-stop: a node agent is down until node-synchronization starts it again.
// Source: IBM WebSphere 8.5.5, stopNode command.
import { NoWish, parseInput } from '../parse-input.ts';
import { makeSwitch } from '../process-switch.ts';
import { NodeTarget } from '../targets.ts';

export const nodeAgentStop = makeSwitch({
  name: 'node-agent-stop',
  wanted: 'stopped',
  targets: ['node'],
  parse(input) {
    const { target } = parseInput(input, NodeTarget, NoWish);
    const { cell, node, host, profile, serverTimeoutMs: timeoutMs } = target;
    return { cell, node, server: 'nodeagent', host, profile, replaces: null, timeoutMs };
  },
});
