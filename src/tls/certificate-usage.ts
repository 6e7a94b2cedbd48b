// What a certificate may be used for, and whether it is meant for a host. Source: RFC 5280 sections 4.2.1.3 and 4.2.1.12.
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';
import type { CertificateSummary } from '../core/certificate.ts';
import { childOf, childrenOf, octetsOf, oidOf, parseDer } from './asn1-value.ts';

export type Purpose = 'server' | 'client';

const PURPOSE_OID: Readonly<Record<Purpose, string>> = {
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
};
const ANY_PURPOSE = '2.5.29.37.0';
const KEY_USAGE = '2.5.29.15';
/** [3] of a certificate, which node-forge gives the name of the universal tag 3 */
const EXTENSIONS_TAG = forge.asn1.Type.BITSTRING;
const [DIGITAL_SIGNATURE, KEY_ENCIPHERMENT, KEY_AGREEMENT] = [0x80, 0x20, 0x08];

/** Without an extension nothing is restricted. A client signs; a server signs, or is sent something encrypted. */
export function mayBeUsedFor({ pem }: CertificateSummary, purpose: Purpose): boolean {
  const x509 = new X509Certificate(pem);
  const purposes = x509.keyUsage;
  const isNamed = purposes === undefined || purposes.includes(PURPOSE_OID[purpose]) || purposes.includes(ANY_PURPOSE);
  const bits = keyUsageOf(x509.raw);
  const wanted = purpose === 'client' ? DIGITAL_SIGNATURE : DIGITAL_SIGNATURE | KEY_ENCIPHERMENT | KEY_AGREEMENT;
  return isNamed && (bits === undefined || (bits & wanted) !== 0);
}

/** First eight bits of the extension; undefined: the certificate has none */
function keyUsageOf(der: Uint8Array): number | undefined {
  const parts = childrenOf(childOf(parseDer(der), 0));
  const wrapper = parts.find(
    ({ tagClass, type }) => tagClass === forge.asn1.Class.CONTEXT_SPECIFIC && type === EXTENSIONS_TAG,
  );
  if (wrapper === undefined) return undefined;
  const extension = childrenOf(childOf(wrapper, 0)).find((one) => oidOf(childOf(one, 0)) === KEY_USAGE);
  if (extension === undefined) return undefined;
  // BIT STRING: tag, length, number of unused bits, bits
  return octetsOf(childrenOf(extension).at(-1))[3] ?? 0;
}

/** Wildcards stand for one whole label at the left, as browsers and RFC 6125 have it. */
export function isMeantFor({ pem }: CertificateSummary, host: string): boolean {
  const x509 = new X509Certificate(pem);
  return (isIP(host) === 0 ? x509.checkHost(host, { partialWildcards: false }) : x509.checkIP(host)) !== undefined;
}
