// Takes one change back in the model: the object that it touched on a disk is again what it was in an earlier state.
// Replicas and processes keep what they have until they are synchronized and started again, as after any other change.
import type { StoreName, TopologyChange } from '../core/topology-change.ts';
import type { SecurityModel } from '../products/websphere/security-model.ts';
import { isComponentChange, revertComponentChange } from './component-state.ts';
import { cellOf, fingerprintKey, known, profileOf, storeKey } from './state.ts';
import type { CellState, StoreContents, TopologyState } from './state.ts';

/** @param older a state from before the change */
export function revertChange(state: TopologyState, older: TopologyState, change: TopologyChange): TopologyState {
  if (isComponentChange(change)) return revertComponentChange(state, older, change);
  switch (change.kind) {
    case 'recording-row':
      return { ...state, rows: restoreEntry(state.rows, older.rows, change.database) };
    case 'ssl-configuration':
      return inCell(state, older, change.cell, (cell, before) =>
        withSecurity(cell, restoreConfiguration(cell.master.security, before.master.security, change)),
      );
    case 'ssl-group':
      return inCell(state, older, change.cell, (cell, before) =>
        withSecurity(cell, restoreGroup(cell.master.security, before.master.security, change)),
      );
    case 'client-protocol':
      return inCell(state, older, change.cell, (cell, before) => {
        const { protocol } = profileOf(before, change.owner);
        const profile = { ...profileOf(cell, change.owner), protocol };
        return { ...cell, profiles: new Map(cell.profiles).set(change.owner, profile) };
      });
    case 'certificate-added':
    case 'certificate-removed':
      return inCell(state, older, change.store.cell, (cell, before) =>
        restoreStore(cell, before, change.store, (now, then) => ({
          personal: restoreEntry(now.personal, then.personal, change.alias.toLowerCase()),
          signers: now.signers,
        })),
      );
    case 'signers-added':
      return inCell(state, older, change.store.cell, (cell, before) => restoreSigners(cell, before, change));
    case 'started':
    case 'stopped':
    case 'synchronized':
    default:
      return state; // starts, stops and copies are not taken back: they are done again
  }
}

type Change<Kind extends TopologyChange['kind']> = Extract<TopologyChange, { readonly kind: Kind }>;

function inCell(
  state: TopologyState,
  older: TopologyState,
  name: string,
  restore: (cell: CellState, before: CellState) => CellState,
): TopologyState {
  const next = restore(cellOf(state, name), cellOf(older, name));
  return { ...state, cells: new Map(state.cells).set(name, next) };
}

const withSecurity = (cell: CellState, security: SecurityModel): CellState => ({
  ...cell,
  master: { ...cell.master, security },
});

function restoreConfiguration(
  now: SecurityModel,
  then: SecurityModel,
  { cell, alias, scope }: Change<'ssl-configuration'>,
): SecurityModel {
  const isMeant = (item: { readonly alias: string; readonly scope: string }) =>
    item.alias === alias && item.scope === scope;
  const before = known(then.configurations.find(isMeant), `cell ${cell}: there was no SSL configuration ${alias}`);
  return { ...now, configurations: now.configurations.map((item) => (isMeant(item) ? before : item)) };
}

function restoreGroup(
  now: SecurityModel,
  then: SecurityModel,
  { scope, direction }: Change<'ssl-group'>,
): SecurityModel {
  const isMeant = (item: SecurityModel['groups'][number]) => item.scope === scope && item.direction === direction;
  return { ...now, groups: [...now.groups.filter((item) => !isMeant(item)), ...then.groups.filter(isMeant)] };
}

/** A store that no fact tells of stays unknown. */
function restoreStore(
  cell: CellState,
  before: CellState,
  store: StoreName,
  restore: (now: StoreContents, then: StoreContents) => StoreContents,
): CellState {
  if (store.kind === 'client-trust') return cell;
  const key = storeKey(store.name, store.scope);
  const [now, then] = [cell.master.stores.get(key), before.master.stores.get(key)];
  if (now === undefined || then === undefined) return cell;
  return { ...cell, master: { ...cell.master, stores: new Map(cell.master.stores).set(key, restore(now, then)) } };
}

function restoreSigners(
  cell: CellState,
  before: CellState,
  { store, fingerprints }: Change<'signers-added'>,
): CellState {
  const added = new Set(fingerprints.map(fingerprintKey));
  const without = (now: ReadonlySet<string>, then: ReadonlySet<string>): ReadonlySet<string> =>
    new Set([...now].filter((signer) => !added.has(signer) || then.has(signer)));
  if (store.kind === 'key-store')
    return restoreStore(cell, before, store, (now, then) => ({ ...now, signers: without(now.signers, then.signers) }));
  const profile = profileOf(cell, store.owner);
  const signers = without(profile.signers, profileOf(before, store.owner).signers);
  return { ...cell, profiles: new Map(cell.profiles).set(store.owner, { ...profile, signers }) };
}

function restoreEntry<Value>(
  now: ReadonlyMap<string, Value>,
  then: ReadonlyMap<string, Value>,
  key: string,
): ReadonlyMap<string, Value> {
  const entries = new Map(now);
  const before = then.get(key);
  if (before === undefined) entries.delete(key);
  else entries.set(key, before);
  return entries;
}
