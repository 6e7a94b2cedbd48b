// Operation deployment-manager-restart: the deployment manager runs with the saved configuration.
// Source: IBM WebSphere 8.5.5, stopManager and startManager commands.
import { parseInput } from '../parse-input.ts';
import { RestartWish } from '../replaces.ts';
import { makeRestart } from '../restart.ts';
import { CellTarget } from '../targets.ts';

export const deploymentManagerRestart = makeRestart({
  name: 'deployment-manager-restart',
  targets: ['cell'],
  parse(input) {
    const { target, wish } = parseInput(input, CellTarget, RestartWish);
    const { cell, dmgrHost: host, dmgrProfile: profile, dmgrNode: node, serverTimeoutMs: timeoutMs } = target;
    return { cell, node, server: 'dmgr', host, profile, replaces: wish.replaces, timeoutMs };
  },
  owner: () => 'dmgr',
  endsWsadmin: true,
});
