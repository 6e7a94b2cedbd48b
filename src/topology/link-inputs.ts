// What the outcome of a link is computed from, also after a step that synchronizes or starts one of its ends. While all
// of it stays the same, so does the outcome of every such step.
import { isComponentLink } from './link.ts';
import type { TopologyState } from './state.ts';

/** Parts of the state, to be compared by identity: a state shares what it did not touch.
 * @param position in `state.links` */
export function linkInputs(state: TopologyState, position: number): readonly unknown[] {
  const link = state.links[position];
  if (link === undefined) return [];
  if (isComponentLink(link)) {
    const { caller } = link;
    const calling =
      caller.kind === 'clients' ? state.populations.get(caller.client) : state.components.get(caller.component);
    return [state.components.get(link.listener.component), calling];
  }
  const { caller, listener } = link;
  const callee = partsOf(state, listener.cell, listener.owner, listener.server);
  if (caller.kind === 'population') return callee;
  const server = caller.kind === 'client-tools' ? undefined : caller.server;
  return [...callee, ...partsOf(state, caller.cell, caller.owner, server)];
}

function partsOf(state: TopologyState, name: string, owner: string, server: string | undefined): readonly unknown[] {
  const cell = state.cells.get(name);
  const process = server === undefined ? undefined : cell?.processes.get(owner)?.get(server);
  return [cell?.master, cell?.replicas.get(owner), cell?.profiles.get(owner), process, state.rows];
}
