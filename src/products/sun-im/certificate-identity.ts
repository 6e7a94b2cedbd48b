// Whether a certificate is for an XMPP domain, and by which of its names. The name that counts is the domain of the addresses
// (iim_server.domainname), not the host that DNS gave. Sources: RFC 6120 section 13.7 (xmppAddr, SRVName, dNSName), XEP-0178;
// RFC 9525 takes no common name any more. How Sun's server compares names is not documented.
import { X509Certificate } from 'node:crypto';
import { domainToASCII } from 'node:url';
import type { CertificateSummary } from '../../core/certificate.ts';

export type XmppService = 'client' | 'server';

export type XmppIdentity = {
  /** the first that fits, in this order; common-name: only old callers take it, and only without other names */
  readonly by: 'xmpp-address' | 'service-name' | 'dns-name' | 'common-name' | null;
  /** what the certificate is for, for messages: `DNS im.example`, `XMPP example` */
  readonly found: readonly string[];
};

type Names = {
  readonly addresses: readonly string[];
  readonly services: readonly string[];
  readonly hosts: readonly string[];
  readonly common: readonly string[];
};

// Every entry is consumed from the first on, so that no text inside a quoted one is taken for an entry.
const ENTRY = /(?:, )?(othername:[^:,]+|[^:,]+):("(?:[^"\\]|\\.)*"|[^,]*)/guy;

/** @param domain may be in Unicode and may end with a dot */
export function identityFor(
  { pem }: Pick<CertificateSummary, 'pem'>,
  domain: string,
  service: XmppService,
): XmppIdentity {
  const x509 = new X509Certificate(pem);
  const { addresses, services, hosts, common } = namesOf(x509);
  const found = [
    ...addresses.map((name) => `XMPP ${name}`),
    ...services.map((name) => `service ${name}`),
    ...hosts.map((name) => `DNS ${name}`),
    ...common.map((name) => `CN ${name}`),
  ];
  const wanted = canonical(domain);
  if (wanted === '') return { by: null, found };
  const isWanted = (name: string): boolean => canonical(name) === wanted;
  if (addresses.some(isWanted)) return { by: 'xmpp-address', found };
  if (services.some((name) => isService(name, service, wanted))) return { by: 'service-name', found };
  // A star stands for one whole label at the left.
  const isHost = x509.checkHost(wanted, { subject: 'never', partialWildcards: false }) !== undefined;
  if (isHost) return { by: 'dns-name', found };
  const hasOthers = addresses.length + services.length + hosts.length > 0;
  return { by: !hasOthers && common.some(isWanted) ? 'common-name' : null, found };
}

const canonical = (name: string): string => domainToASCII(name.replace(/\.$/u, '')).toLowerCase();

function isService(name: string, service: XmppService, wanted: string): boolean {
  const prefix = `_xmpp-${service}.`;
  return name.toLowerCase().startsWith(prefix) && canonical(name.slice(prefix.length)) === wanted;
}

function namesOf({ subject, subjectAltName = '' }: X509Certificate): Names {
  const entries = [...subjectAltName.matchAll(ENTRY)].map(([, kind = '', text = '']) => ({
    kind,
    name: text.startsWith('"') ? String(JSON.parse(text)) : text,
  }));
  const of = (kind: string): readonly string[] => entries.filter((one) => one.kind === kind).map(({ name }) => name);
  return {
    addresses: of('othername:XmppAddr'),
    services: of('othername:SRVName'),
    hosts: of('DNS'),
    common: [...subject.matchAll(/^CN=(.*)$/gmu)].map(([, name = '']) => name),
  };
}
