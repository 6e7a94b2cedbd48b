// Whether a task finds in the master configuration what it builds on.
import type { Premise } from '../core/operation.ts';
import type { TopologyState } from './state.ts';
import { cellOf, fingerprintKey } from './state.ts';

/** A store that no fact tells of refutes nothing. */
export function holds(state: TopologyState, premise: Premise): boolean {
  const contents = cellOf(state, premise.cell).master.stores.get(premise.store);
  if (contents === undefined) return true;
  return premise.kind === 'certificate'
    ? contents.personal.has(premise.alias.toLowerCase())
    : premise.fingerprints.every((fingerprint) => contents.signers.has(fingerprintKey(fingerprint)));
}
