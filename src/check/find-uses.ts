// Where a certificate is used: listeners that show it now and then, and key stores that hold it. By fingerprint, because
// aliases differ between stores and may be the same for different certificates.
import type { Facts } from '../facts/types.ts';
import { readCallee } from '../topology/callee.ts';
import type { ListenerAddress } from '../topology/link.ts';
import { fingerprintKey, processName } from '../topology/state.ts';
import type { TopologyState } from '../topology/state.ts';
import type { KnownCertificates } from './known-certificates.ts';
import type { CertificateUse } from './types.ts';

const DAY_MS = 86_400_000;

const nameOf = ({ cell, owner, server, endpoint }: ListenerAddress): string =>
  `${processName(cell, owner, server)} ${endpoint}`;

const listenersOf = ({ cells }: TopologyState): readonly ListenerAddress[] =>
  [...cells].flatMap(([cell, { processes }]) =>
    [...processes].flatMap(([owner, servers]) =>
      [...servers].flatMap(([server, { endpoints }]) =>
        endpoints.map((endpoint) => ({ cell, owner, server, endpoint })),
      ),
    ),
  );

export function findUses(
  facts: Facts,
  final: TopologyState,
  known: KnownCertificates,
  at: Date,
): readonly CertificateUse[] {
  const uses = new Map<string, { now: string[]; later: string[]; held: string[] }>();
  const useOf = (fingerprint: string) => {
    const key = fingerprintKey(fingerprint);
    const use = uses.get(key) ?? { now: [], later: [], held: [] };
    uses.set(key, use);
    return use;
  };
  for (const { cell, owner, server, endpoint, chain } of facts.listeners) {
    const name = nameOf({ cell, owner, server, endpoint });
    const [leaf] = chain;
    if (leaf !== undefined) useOf(leaf.sha1).now.push(name);
  }
  for (const listener of listenersOf(final)) {
    const callee = readCallee(final, listener);
    const shown = callee.kind === 'listening' ? callee.chain[0] : undefined;
    if (shown !== undefined) useOf(shown).later.push(nameOf(listener));
  }
  for (const { stores } of facts.cells)
    for (const { name, scope, personal } of stores)
      for (const { alias, chain } of personal)
        if (chain[0] !== undefined) useOf(chain[0]).held.push(`${name} ${scope} as ${alias}`);
  return [...uses]
    .map(([sha1, { now, later, held }]) => {
      const certificate = known.get(sha1);
      const left = certificate === undefined ? null : Date.parse(certificate.notAfter) - at.getTime();
      return {
        sha1,
        subject: certificate?.subject ?? null,
        notAfter: certificate?.notAfter ?? null,
        daysLeft: left === null ? null : Math.floor(left / DAY_MS),
        shownNow: now.toSorted(),
        shownThen: later.toSorted(),
        heldBy: held,
      };
    })
    .toSorted((a, b) => (a.notAfter ?? '9').localeCompare(b.notAfter ?? '9') || (a.sha1 < b.sha1 ? -1 : 1));
}
