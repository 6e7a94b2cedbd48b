// What the plan was made from, each with a digest, so that apply can name what moved since.
import { digestOf, type Json } from '../core/json.ts';
import type { Facts, OwnerFacts } from '../facts/types.ts';
import type { Fingerprint } from './types.ts';

export function fingerprintsOf(facts: Facts, states: ReadonlyMap<string, Json>): readonly Fingerprint[] {
  const files = facts.cells.flatMap(({ cell, deploymentManager, nodes }) =>
    [deploymentManager, ...nodes].flatMap((owner) => ofOwner(cell, owner)),
  );
  const stores = facts.cells.flatMap(({ cell, stores: found }) =>
    found.map((store) => ({
      object: `key store ${store.name} ${store.scope} of cell ${cell}`,
      sha256: digestOf(store),
    })),
  );
  const listeners = facts.listeners.map(({ address, port, owner, server, endpoint, protocols, chain }) => ({
    object: `listener ${owner}/${server} ${endpoint} at ${address}:${port}`,
    sha256: digestOf({ protocols, chain }),
  }));
  const certificates = facts.certificates.map(({ file, fileSha256 }) => ({
    object: `file ${file}`,
    sha256: fileSha256,
  }));
  const objects = [...states].map(([object, state]) => ({ object, sha256: digestOf(state) }));
  return [...files, ...stores, ...listeners, ...certificates, ...objects].toSorted((a, b) =>
    a.object < b.object ? -1 : 1,
  );
}

const ofOwner = (cell: string, owner: OwnerFacts): readonly Fingerprint[] => [
  { object: `security.xml of cell ${cell} on ${owner.host}`, sha256: owner.securitySha256 },
  { object: `ssl.client.props of ${owner.profile} on ${owner.host}`, sha256: owner.clientPropertiesSha256 },
  { object: `client trust store of ${owner.profile} on ${owner.host}`, sha256: digestOf(owner.clientSigners) },
  ...Object.entries(owner.processes).map(([server, { pid }]) => ({
    object: `process of ${owner.owner}/${server} on ${owner.host}`,
    sha256: digestOf(pid),
  })),
];
