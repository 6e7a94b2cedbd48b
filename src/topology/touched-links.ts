// Which links a change can decide otherwise: the ones that depend on what it touches. Between two states only these are
// looked at, so that the work of a step does not grow with the deployment.
import type { TopologyChange } from '../core/topology-change.ts';
import { scopesFromNarrowest } from '../products/websphere/scopes.ts';
import { outboundConfiguration } from './configured.ts';
import { clientsKey, componentKey, diskComponent, processComponent, profileComponent } from './link.ts';
import type { TopologyState } from './state.ts';
import { cellOf, locationOf } from './state.ts';

/** Positions of links, ascending.
 * @param state after the change */
export function touchedLinks(state: TopologyState, change: TopologyChange): readonly number[] {
  const components = changedComponents(state, change);
  const [only, ...others] = components.map((component) => state.dependents.get(component) ?? []);
  if (others.length === 0) return only ?? [];
  return [...new Set([...(only ?? []), ...others.flat()])].toSorted((a, b) => a - b);
}

function changedComponents(state: TopologyState, change: TopologyChange): readonly string[] {
  switch (change.kind) {
    case 'ssl-configuration':
    case 'ssl-group':
      return reachesManager(state, change.cell, change) ? [diskComponent(change.cell, 'dmgr')] : [];
    case 'certificate-added':
    case 'certificate-removed':
    case 'signers-added': {
      const { store } = change;
      if (store.kind === 'client-trust') return [profileComponent(store.cell, store.owner)];
      return reachesManager(state, store.cell, change) ? [diskComponent(store.cell, 'dmgr')] : [];
    }
    case 'client-protocol':
      return [profileComponent(change.cell, change.owner)];
    case 'synchronized':
      return [diskComponent(change.cell, change.node)];
    case 'started':
    case 'stopped':
      return [processComponent(change.cell, change.owner, change.server)];
    case 'component-stopped':
    case 'component-started':
      return [componentKey(change.component)];
    case 'population-settings':
      return [clientsKey(change.client)];
    case 'component-settings': // read by the component when it starts
    case 'recording-row':
    default:
      return []; // read by the meeting server when it starts
  }
}

type MasterChange = Extract<
  TopologyChange,
  { readonly kind: 'ssl-configuration' | 'ssl-group' | 'certificate-added' | 'certificate-removed' | 'signers-added' }
>;

/** The one process that calls with the master's configuration is the deployment manager; all others wait for a copy. */
function reachesManager(state: TopologyState, name: string, change: MasterChange): boolean {
  const cell = cellOf(state, name);
  const location = locationOf(cell, 'dmgr', 'dmgr');
  if (change.kind === 'ssl-group')
    return change.direction === 'outbound' && scopesFromNarrowest(location).includes(change.scope);
  const outbound = outboundConfiguration(cell.master, location);
  if (change.kind === 'ssl-configuration') return outbound?.alias === change.alias && outbound.scope === change.scope;
  const { store } = change;
  // What it trusts, and what it can show of itself.
  const used = change.kind === 'signers-added' ? outbound?.trustStore : outbound?.keyStore;
  return store.kind === 'key-store' && used?.name === store.name && used.scope === store.scope;
}
