// Stops, starts and synchronizations with the lab's own tools.
import type { TopologyChange } from '../../src/core/topology-change.ts';
import { exposeSecret } from '../../src/core/secret.ts';
import { ADDRESS, managerOf, soapPort } from '../../src/lab/site.ts';
import { CELL, MANAGER_NODE, nodeOf } from './case.ts';
import type { ModelWorld } from './world.ts';

export type ToolAct = Extract<TopologyChange, { readonly kind: 'stopped' | 'started' | 'synchronized' }>;

/** Runs the tool; gives what it said when it did not do its work. */
export async function executeTool(world: ModelWorld, change: ToolAct): Promise<string | undefined> {
  const text = `${world.login.user}\n${exposeSecret(world.login.password)}\n`;
  const manager = managerOf(world.site.scenario).server;
  const { exitCode, output } =
    change.kind === 'synchronized'
      ? await world.tool(change.node, 'syncNode', [ADDRESS, `${soapPort(world.site, manager)}`], text)
      : await world.tool(nodeOf(change.owner), ...commandOf(change), text);
  return exitCode === 0 ? undefined : output;
}

function commandOf({
  kind,
  server,
}: Extract<ToolAct, { readonly kind: 'stopped' | 'started' }>): [string, readonly string[]] {
  const verb = kind === 'stopped' ? 'stop' : 'start';
  if (server === 'dmgr') return [`${verb}Manager`, []];
  return server === 'nodeagent' ? [`${verb}Node`, []] : [`${verb}Server`, [server]];
}

export function address(process: string): { readonly cell: string; readonly owner: string; readonly server: string } {
  const [node = '', server = ''] = process.split('/');
  return { cell: CELL, owner: node === MANAGER_NODE ? 'dmgr' : node, server };
}
