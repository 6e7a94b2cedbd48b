// Federations of an inventory with what the file leaves out: the host's address, times.
import { resolve } from 'node:path';
import type { YamlPath } from '../core/yaml/yaml-tree.ts';
import { keyPlaceAt } from '../core/yaml/yaml-tree.ts';
import type { Source } from './parse-inventory.ts';
import { withoutAbsent } from './present.ts';
import type { FederationEntry } from './federation-types.ts';

/** Longer than one start, so that it does not act on a server that only comes up slowly. */
const DEAD_MAN_MARGIN_MS = 5 * 60_000;

export function federationsOf({ content, tree, folder }: Source): readonly FederationEntry[] {
  const placeOf = (...path: YamlPath) => keyPlaceAt(tree, ['federations', ...path]);
  return Object.entries(content.federations).map(([federation, { servers, peers, gateways }]) => ({
    name: federation,
    servers: Object.entries(servers).map(([name, entry]) => {
      const { address, publicName, nssTools, user, probeLogin, startTimeout, deadMan, ...same } = entry;
      return {
        federation,
        name,
        ...same,
        ...withoutAbsent({ publicName, nssTools, user, probeLogin }),
        address: address ?? content.hosts[entry.host]?.address ?? entry.host,
        startTimeoutMs: startTimeout,
        deadManMs: deadMan ?? startTimeout + DEAD_MAN_MARGIN_MS,
        place: placeOf(federation, 'servers', name),
      };
    }),
    peers: Object.entries(peers).map(([name, { trusts, presents, owner, ...same }]) => ({
      federation,
      name,
      ...same,
      ...withoutAbsent({
        owner,
        trustFile: trusts === undefined ? undefined : resolve(folder, trusts),
        certificateFile: presents === undefined ? undefined : resolve(folder, presents),
      }),
      place: placeOf(federation, 'peers', name),
    })),
    gateways: Object.entries(gateways).map(([name, { restart, user, ...same }]) => ({
      federation,
      name,
      ...same,
      ...withoutAbsent({ restart, user }),
      place: placeOf(federation, 'gateways', name),
    })),
    place: placeOf(federation),
  }));
}
