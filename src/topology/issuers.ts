// Who issued which certificate, as far as the facts tell: chains in key stores and in the inventory's certificates.
import type { Facts } from '../facts/types.ts';
import { fingerprintKey } from './state.ts';

/** certificate -> who issued it; the last of a chain that nothing longer is known of -> null */
export type Issuers = ReadonlyMap<string, string | null>;

/** A caller that trusts the issuer of the last certificate needs no more: servers may leave the root out. What lies
 * between cannot be left out, since callers do not fetch it. */
export function withIssuer(chain: readonly string[], issuers: Issuers): readonly string[] {
  const issuer = issuers.get(chain.at(-1) ?? '') ?? undefined;
  return issuer === undefined ? chain : [...chain, issuer];
}

export function knownIssuers({ cells, certificates, components = [] }: Facts): Issuers {
  const stores = cells.flatMap((cell) => [
    ...cell.stores,
    ...cell.nodes.flatMap(({ replicaStores = [] }) => replicaStores.flatMap(({ contents }) => contents ?? [])),
  ]);
  const chains = [
    ...stores.flatMap(({ personal }) => personal.map(({ chain }) => chain)),
    ...certificates.map(({ chain }) => chain.map(({ sha1 }) => sha1)),
    ...components.flatMap(({ disk }) => [
      ...Object.values(disk.listeners).map(({ chain }) => chain),
      ...Object.values(disk.callers).map(({ personal }) => personal),
    ]),
  ];
  const issuers = new Map<string, string | null>();
  for (const chain of chains) {
    for (const [at, certificate] of chain.entries()) {
      const issuer = chain[at + 1];
      const known = issuers.get(fingerprintKey(certificate)) ?? null;
      issuers.set(fingerprintKey(certificate), issuer === undefined ? known : fingerprintKey(issuer));
    }
  }
  return issuers;
}
