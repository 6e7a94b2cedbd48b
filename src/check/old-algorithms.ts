// Hosts that the inventory allows to be spoken to with algorithms that OpenSSH has switched off: each is told at every plan
// and check, for such a permission is to end with the update of the host.
import type { Inventory } from '../inventory/types.ts';
import type { FileFinding } from './types.ts';

export const oldAlgorithmFindings = ({ file, hosts }: Inventory): readonly FileFinding[] => {
  const entries = new Map(
    hosts.flatMap(({ jump = [], ...host }) => [host, ...jump]).map((entry) => [entry.name, entry]),
  );
  return [...entries.values()].flatMap(({ name, legacyAlgorithms = [] }): readonly FileFinding[] => {
    if (legacyAlgorithms.length === 0) return [];
    const text = `host ${name} may be spoken to with old SSH algorithms: ${legacyAlgorithms.join(', ')}`;
    return [{ file, code: 'OLD_SSH_ALGORITHMS', severity: 'warning', text }];
  });
};
