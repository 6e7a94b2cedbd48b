// Whether a task finds in the master configuration what it builds on.
import type { Premise } from '../core/operation.ts';
import { readCallee } from './callee.ts';
import type { CellState, TopologyState } from './state.ts';
import { cellOf, fingerprintKey, processName, storeKey } from './state.ts';

/** A store that no fact tells of refutes nothing. */
export function holds(state: TopologyState, premise: Premise): boolean {
  if (premise.kind === 'unnamed') return namersOf(state, premise).length === 0;
  const contents = cellOf(state, premise.cell).master.stores.get(premise.store);
  if (contents === undefined) return true;
  return premise.kind === 'certificate'
    ? contents.personal.has(premise.alias.toLowerCase())
    : premise.fingerprints.every((fingerprint) => contents.signers.has(fingerprintKey(fingerprint)));
}

/** What names an alias of a store in the master configuration, and which listeners show its certificate. A group without an
 * alias takes the only certificate there is: which one is not certain, so it counts. */
export function namersOf(state: TopologyState, premise: Extract<Premise, { kind: 'unnamed' }>): readonly string[] {
  const cell = cellOf(state, premise.cell);
  const alias = premise.alias.toLowerCase();
  const { configurations, groups } = cell.master.security;
  const own = configurations.filter(({ keyStore }) => storeKey(keyStore.name, keyStore.scope) === premise.store);
  const isOwn = (wanted: { readonly alias: string; readonly scope: string }): boolean =>
    own.some((one) => one.alias === wanted.alias && one.scope === wanted.scope);
  return [
    ...groups
      .filter(({ configuration, certificateAlias }) => isOwn(configuration) && isAmong(certificateAlias, ['', alias]))
      .map(({ direction, scope }) => `${direction} endpoint security ${scope}`),
    ...own
      .filter(({ keyAliases = [] }) => keyAliases.some((one) => isAmong(one, [alias])))
      .map((one) => `SSL configuration ${one.alias} ${one.scope}`),
    ...listenersWith(state, cell, fingerprintKey(premise.fingerprint)),
  ];
}

const isAmong = (alias: string, aliases: readonly string[]): boolean => aliases.includes(alias.toLowerCase());

function listenersWith(state: TopologyState, { cell, processes }: CellState, fingerprint: string): readonly string[] {
  return [...processes].flatMap(([owner, servers]) =>
    [...servers].flatMap(([server, { endpoints }]) =>
      endpoints
        .filter((endpoint) => {
          const callee = readCallee(state, { cell, owner, server, endpoint });
          return callee.kind === 'listening' && callee.chain[0] === fingerprint;
        })
        .map((endpoint) => `the listener ${endpoint} of ${processName(cell, owner, server)}`),
    ),
  );
}
