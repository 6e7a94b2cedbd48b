// Components outside WebSphere cells: a disk, and what the process took from it when it started. Product-neutral: what a
// file means is said by the product rooms, here there are listeners and callers only.
import type { CallerSettings, ComponentChange, ComponentSettings, TopologyChange } from '../core/topology-change.ts';
import { fingerprintKey, known, type TopologyState } from './state.ts';

export type ComponentState = {
  readonly running: 'running' | 'stopped' | 'found-stopped';
  readonly disk: ComponentSettings;
  /** what the process that runs does; after a start the same as the disk */
  readonly process: ComponentSettings;
  /** it was found running, and a file that it reads at its start is newer than it */
  readonly isOlderThanDisk: boolean;
};

const CHANGES = ['component-settings', 'component-stopped', 'component-started', 'population-settings'] as const;

export const isComponentChange = (change: TopologyChange): change is ComponentChange =>
  CHANGES.some((kind) => kind === change.kind);

/** @throws OperatorError INPUT_UNKNOWN_NAME */
export function componentOf({ components }: TopologyState, name: string): ComponentState {
  return known(components.get(name), `component ${name} is not in the facts`);
}

/** @throws OperatorError INPUT_UNKNOWN_NAME */
export function populationOf({ populations }: TopologyState, name: string): CallerSettings {
  return known(populations.get(name), `client ${name} calls no community`);
}

/** @throws OperatorError INPUT_UNKNOWN_NAME */
export function applyComponentChange(state: TopologyState, change: ComponentChange): TopologyState {
  if (change.kind === 'population-settings') {
    // How they connect changes; what they trust and hold stays, unless it is told.
    const before = populationOf(state, change.client);
    const trusts = change.caller.trusts ?? before.trusts;
    const personal = change.caller.personal.length > 0 ? change.caller.personal : before.personal;
    const caller = { ...change.caller, trusts, personal };
    return { ...state, populations: new Map(state.populations).set(change.client, caller) };
  }
  const next = changed(componentOf(state, change.component), change);
  return { ...state, components: new Map(state.components).set(change.component, next) };
}

function changed(
  before: ComponentState,
  change: Exclude<ComponentChange, { readonly kind: 'population-settings' }>,
): ComponentState {
  switch (change.kind) {
    case 'component-settings':
      return { ...before, disk: change.isPartial === true ? merged(before.disk, change.settings) : change.settings };
    case 'component-stopped':
      return { ...before, running: 'stopped' };
    case 'component-started':
      return { ...before, running: 'running', process: before.disk, isOlderThanDisk: false };
  }
}

const merged = (before: ComponentSettings, { listeners, callers }: ComponentSettings): ComponentSettings => ({
  listeners: { ...before.listeners, ...listeners },
  callers: { ...before.callers, ...callers },
});

/** The disk as it was; the process keeps what it has until it is started again. */
export function revertComponentChange(
  state: TopologyState,
  older: TopologyState,
  change: ComponentChange,
): TopologyState {
  if (change.kind === 'population-settings')
    return applyComponentChange(state, { ...change, caller: populationOf(older, change.client) });
  if (change.kind !== 'component-settings') return state;
  const { kind, component } = change;
  return applyComponentChange(state, { kind, component, settings: componentOf(older, component).disk });
}

/** Whether a component runs with something else than its disk says: it owes a restart. */
export function isComponentStale(state: TopologyState, name: string): boolean {
  const { running, disk, process, isOlderThanDisk } = componentOf(state, name);
  return running === 'running' && (isOlderThanDisk || !isSame(disk, process));
}

/** What decides links; in which words it was found does not. Nothing is said of a chain or of issuers that are not known. */
function isSame(a: ComponentSettings, b: ComponentSettings): boolean {
  return (
    isSameMap(a.listeners, b.listeners, (one, other) =>
      [
        one.clear === other.clear,
        // Which versions follow from settings that are not written is not certain: that must not order restarts for ever.
        one.protocols.length > 0 === other.protocols.length > 0,
        one.clientCertificate === other.clientCertificate,
        isSameList(one.chain, other.chain),
      ].every(Boolean),
    ) &&
    isSameMap(a.callers, b.callers, (one, other) =>
      [
        one.clear === other.clear,
        one.protocols.join() === other.protocols.join(),
        one.trustedNames.join() === other.trustedNames.join(),
        isSameList(one.personal, other.personal),
        one.trusts === null || other.trusts === null || isSameSet(one.trusts, other.trusts),
      ].every(Boolean),
    )
  );
}

/** An empty list: not known. */
const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === 0 || b.length === 0 || fingerprintKey(a[0] ?? '') === fingerprintKey(b[0] ?? '');

const isSameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item) => b.includes(item));

function isSameMap<Value>(
  a: Readonly<Record<string, Value>>,
  b: Readonly<Record<string, Value>>,
  isEqual: (a: Value, b: Value) => boolean,
): boolean {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return names.every((name) => {
    const [one, other] = [a[name], b[name]];
    return one === undefined || other === undefined ? one === other : isEqual(one, other);
  });
}
