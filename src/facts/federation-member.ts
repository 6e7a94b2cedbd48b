// A Sun Instant Messaging server in the form in which operations know it.
import type { SunImServerEntry } from '../inventory/types.ts';
import { peerAuthoritiesOf } from '../core/peer-authorities.ts';
import type { Facts } from './types.ts';
import type { SunImMember } from '../operations/sun-im-server.ts';

export const memberOf = (entry: SunImServerEntry, facts: Pick<Facts, 'clientCertificates'>): SunImMember => ({
  community: entry.federation,
  server: entry.name,
  host: entry.host,
  domain: entry.domain,
  config: entry.config,
  imadmin: entry.imadmin,
  runtime: entry.runtime,
  keytool: entry.keytool,
  nssTools: entry.nssTools ?? null,
  nssForm: entry.nssForm,
  address: entry.address,
  clientPort: entry.ports.client,
  serverPort: entry.ports.server,
  offers: { server: [...entry.offers.server], multiplexor: [...entry.offers.multiplexor] },
  startTimeoutMs: entry.startTimeoutMs,
  deadManMs: entry.deadManMs,
  user: entry.user ?? null,
  coservers: { ...entry.coservers },
  peerAuthorities: peerAuthoritiesOf(entry, facts).map((one) => ({ ...one })),
});
