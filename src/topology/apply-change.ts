// What one change does to the model: the master first, a replica at synchronization, a process at its start.
import type { ComponentChange, TopologyChange } from '../core/topology-change.ts';
import type { SecurityModel } from '../products/websphere/security-model.ts';
import { applyComponentChange, isComponentChange } from './component-state.ts';
import { startFailure } from './configured.ts';
import { replicaOf } from './replica.ts';
import type { CellState, Disk, ProcessState, StoreContents, TopologyState } from './state.ts';
import { cellOf, diskOf, fingerprintKey, known, locationOf, processOf, profileOf, storeKey } from './state.ts';

/** @throws OperatorError INPUT_UNKNOWN_NAME when the change names something that the facts do not have */
export function applyChange(state: TopologyState, change: TopologyChange): TopologyState {
  if (isComponentChange(change)) return applyComponentChange(state, change);
  if (change.kind === 'recording-row')
    return { ...state, rows: new Map(state.rows).set(change.database, change.protocol) };
  const name = 'store' in change ? change.store.cell : change.cell;
  const cell = cellOf(state, name);
  const next = changeCell(cell, change, state.rows);
  return next === cell ? state : { ...state, cells: new Map(state.cells).set(name, next) };
}

function changeCell(
  cell: CellState,
  change: Exclude<TopologyChange, ComponentChange | { readonly kind: 'recording-row' }>,
  rows: ReadonlyMap<string, string>,
): CellState {
  switch (change.kind) {
    case 'ssl-configuration':
      return withSecurity(cell, changeConfiguration(cell.master.security, change));
    case 'ssl-group':
      return withSecurity(cell, changeGroup(cell.master.security, change));
    case 'certificate-added': {
      const entry = [change.alias.toLowerCase(), change.chain.map(fingerprintKey)] as const;
      return withStore(cell, change.store, ({ personal, signers }) => ({
        personal: new Map([...personal, entry]),
        signers,
      }));
    }
    case 'certificate-removed':
      return withStore(cell, change.store, ({ personal, signers }) => ({
        personal: new Map([...personal].filter(([alias]) => alias !== change.alias.toLowerCase())),
        signers,
      }));
    case 'signers-added':
      return addSigners(cell, change);
    case 'client-protocol': {
      const profile = { ...profileOf(cell, change.owner), protocol: change.protocol };
      return { ...cell, profiles: new Map(cell.profiles).set(change.owner, profile) };
    }
    case 'synchronized': {
      const { javaDisabled } = diskOf(cell, change.node);
      const replica = replicaOf(cell.master, change.node, javaDisabled);
      return { ...cell, replicas: new Map(cell.replicas).set(change.node, replica) };
    }
    case 'started':
      return startProcess(cell, change, rows);
    case 'stopped':
    default: {
      const process = processOf(cell, change.owner, change.server);
      return withProcess(cell, change, { ...process, running: 'stopped', failure: undefined });
    }
  }
}

/** A process that runs is left alone, as the start tools leave it (ADMU3027E). */
function startProcess(
  cell: CellState,
  { owner, server }: Change<'started'>,
  rowsAtStart: ReadonlyMap<string, string>,
): CellState {
  const process = processOf(cell, owner, server);
  if (process.running === 'running' && process.failure === undefined) return cell;
  const startedFrom = diskOf(cell, owner);
  const { endpoints } = process;
  const failure = startFailure(startedFrom, locationOf(cell, owner, server), endpoints);
  return withProcess(
    cell,
    { owner, server },
    { running: 'running', failure, endpoints, startedFrom, probed: new Map(), rowsAtStart },
  );
}

const withMaster = (cell: CellState, master: Disk): CellState => ({ ...cell, master });
const withSecurity = (cell: CellState, security: SecurityModel): CellState =>
  withMaster(cell, { ...cell.master, security });

function withProcess(
  cell: CellState,
  { owner, server }: { readonly owner: string; readonly server: string },
  process: ProcessState,
): CellState {
  processOf(cell, owner, server);
  const own = new Map(cell.processes.get(owner)).set(server, process);
  return { ...cell, processes: new Map(cell.processes).set(owner, own) };
}

type Change<Kind extends TopologyChange['kind']> = Extract<TopologyChange, { readonly kind: Kind }>;

function changeConfiguration(security: SecurityModel, change: Change<'ssl-configuration'>): SecurityModel {
  const { cell, alias, scope, protocol, ciphers = {} } = change;
  const isMeant = (item: { readonly alias: string; readonly scope: string }) =>
    item.alias === alias && item.scope === scope;
  known(security.configurations.find(isMeant), `cell ${cell}: there is no SSL configuration ${alias} ${scope}`);
  const configurations = security.configurations.map((item) =>
    isMeant(item) ? { ...item, protocol, ...ciphers } : item,
  );
  return { ...security, configurations };
}

function changeGroup(security: SecurityModel, change: Change<'ssl-group'>): SecurityModel {
  const { scope, direction, certificateAlias } = change;
  const configuration = { alias: change.configuration, scope: change.configurationScope };
  const existing = security.groups.find((group) => group.scope === scope && group.direction === direction);
  const name = existing?.name ?? scope.slice(scope.lastIndexOf('):') + 2);
  const group = { name, scope, direction, configuration, certificateAlias };
  return { ...security, groups: [...security.groups.filter((item) => item !== existing), group] };
}

function addSigners(cell: CellState, { store, fingerprints }: Change<'signers-added'>): CellState {
  const added = fingerprints.map(fingerprintKey);
  if (store.kind === 'key-store')
    return withStore(cell, store, ({ personal, signers }) => ({ personal, signers: new Set([...signers, ...added]) }));
  const profile = profileOf(cell, store.owner);
  const signers = new Set([...profile.signers, ...added]);
  return { ...cell, profiles: new Map(cell.profiles).set(store.owner, { ...profile, signers }) };
}

/** A store that no fact tells of stays unknown: one entry more does not make its contents known. */
function withStore(
  cell: CellState,
  store: Change<'signers-added'>['store'],
  change: (contents: StoreContents) => StoreContents,
): CellState {
  if (store.kind === 'client-trust') return cell; // personal certificates there are not signers
  const key = storeKey(store.name, store.scope);
  const contents = cell.master.stores.get(key);
  if (contents === undefined) return cell;
  const stores = new Map(cell.master.stores).set(key, change(contents));
  return withMaster(cell, { ...cell.master, stores });
}
