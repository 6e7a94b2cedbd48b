// What operations need to know of a Sun Instant Messaging server or gateway: everything its inventory entry has.
import { OperatorError } from '../core/errors.ts';
import type { Target } from '../core/operation.ts';
import type { Facts } from '../facts/types.ts';
import { peerAuthoritiesOf } from '../core/peer-authorities.ts';
import type { Inventory } from '../inventory/types.ts';
import type { TargetFields } from './target-fields.ts';

type FederationTarget = Extract<Target, { readonly kind: 'sun-im-server' | 'sun-im-gateway' }>;

/** @throws OperatorError INPUT_UNKNOWN_NAME */
export function fieldsOfFederation(
  target: FederationTarget,
  { federations = [] }: Inventory,
  facts: Pick<Facts, 'clientCertificates'>,
): TargetFields {
  const federation = federations.find(({ name }) => name === target.community);
  if (target.kind === 'sun-im-gateway') {
    const entry = federation?.gateways.find(({ name }) => name === target.gateway);
    if (federation === undefined || entry === undefined) throw unknown(`${target.community}/${target.gateway}`);
    const { host, config, runtime, restart, user } = entry;
    const members = federation.servers.map(({ name, address, ports }) => ({ name, address, ...ports }));
    return { host, fields: { host, config, runtime, restart: restart ?? null, user: user ?? null, members } };
  }
  const entry = federation?.servers.find(({ name }) => name === target.server);
  if (entry === undefined) throw unknown(`${target.community}/${target.server}`);
  const { host, domain, config, imadmin, runtime, keytool, nssForm, address, ports, offers } = entry;
  return {
    host,
    fields: {
      host,
      domain,
      config,
      imadmin,
      runtime,
      keytool,
      nssTools: entry.nssTools ?? null,
      nssForm,
      address,
      clientPort: ports.client,
      serverPort: ports.server,
      offers: { server: [...offers.server], multiplexor: [...offers.multiplexor] },
      startTimeoutMs: entry.startTimeoutMs,
      deadManMs: entry.deadManMs,
      user: entry.user ?? null,
      coservers: { ...entry.coservers },
      peerAuthorities: peerAuthoritiesOf(entry, facts).map((one) => ({ ...one })),
    },
  };
}

const unknown = (name: string): OperatorError =>
  new OperatorError('INPUT_UNKNOWN_NAME', `unknown server or gateway ${name}`);
