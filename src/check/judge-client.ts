// The other half of mutual TLS: does the listener, where it needs client certificates, accept what the caller shows?
import { effectiveSsl } from '../products/websphere/effective-ssl.ts';
import { fails } from '../tls/judge-certificate.ts';
import { mayBeUsedFor } from '../tls/certificate-usage.ts';
import type { CellLink } from '../topology/link.ts';
import { cellOf, diskOf, locationOf, processOf, storeKey } from '../topology/state.ts';
import type { CellState, Disk } from '../topology/state.ts';
import type { PairContext } from './judge-pair.ts';
import type { PairFinding } from './types.ts';

/** What the configuration says counts, also for a listener that was only probed: the hello does not tell what it needs. */
export function judgeClient({ caller, listener, from, to }: CellLink, context: PairContext): readonly PairFinding[] {
  const cell = cellOf(context.topology, listener.cell);
  const { startedFrom } = processOf(cell, listener.owner, listener.server);
  const location = { ...locationOf(cell, listener.owner, listener.server), endpoint: listener.endpoint };
  const inbound = effectiveSsl(startedFrom.security, location, 'inbound')?.configuration;
  if (inbound?.clientAuthentication !== true) return [];
  if (caller.kind === 'population' || caller.kind === 'client-tools' || caller.kind === 'recording') {
    const text = `${to} needs a client certificate; whether ${from} has one is not known`;
    return [{ code: 'CLIENT_CERTIFICATE_UNKNOWN', severity: 'warning', text }];
  }
  const chain = callerChain(cellOf(context.topology, caller.cell), caller);
  if (chain === 'not known') return [];
  const [leaf] = chain ?? [];
  if (chain === undefined || leaf === undefined) {
    const text = `${to} needs a client certificate, and ${from} has none under the alias it is told to use`;
    return [{ code: 'CLIENT_CERTIFICATE_MISSING', severity: 'fails', text }];
  }
  const summary = context.known.get(leaf);
  const subject = summary?.subject ?? `SHA-1 ${leaf}`;
  const { trustStore } = inbound;
  const signers = startedFrom.stores.get(storeKey(trustStore.name, trustStore.scope))?.signers;
  const isTrusted = signers === undefined || chain.some((item) => signers.has(item));
  const untrusted = `${to} needs a client certificate, and no issuer of "${subject}" is in ${trustStore.name} ${trustStore.scope}`;
  return [
    ...(isTrusted ? [] : [{ code: 'CLIENT_NOT_TRUSTED' as const, severity: 'fails' as const, text: untrusted }]),
    ...(summary === undefined || mayBeUsedFor(summary, 'client')
      ? []
      : [
          fails(
            'NO_CLIENT_USE',
            `${to} needs a client certificate, and "${subject}" may not be used as one (key usage)`,
          ),
        ]),
  ];
}

/** undefined: the store is known and does not have the alias */
function callerChain(
  cell: CellState,
  { owner, server }: { readonly owner: string; readonly server: string },
): readonly string[] | 'not known' | undefined {
  const disk: Disk = diskOf(cell, owner);
  const outbound = effectiveSsl(disk.security, locationOf(cell, owner, server), 'outbound');
  if (outbound === undefined) return 'not known';
  const { keyStore } = outbound.configuration;
  const contents = disk.stores.get(storeKey(keyStore.name, keyStore.scope));
  if (contents === undefined) return 'not known';
  if (outbound.certificateAlias !== '') return contents.personal.get(outbound.certificateAlias.toLowerCase());
  const [only, ...others] = contents.personal.values();
  return others.length === 0 ? only : 'not known';
}
