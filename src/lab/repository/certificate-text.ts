// One certificate as AdminTask prints it. fingerPrint is SHA-1; the dates are in the locale of the server's JVM (here en_US).
import { X509Certificate } from 'node:crypto';
import type { CertificateSummary } from '../../core/certificate.ts';
import { renderAttributes } from './attribute-list.ts';

/** node:crypto gives one attribute per line, most general first; Java prints the most specific first. */
const distinguishedName = (lines: string): string => lines.split('\n').toReversed().join(', ');

const DAY = new Intl.DateTimeFormat('en-US', { month: 'short', day: 'numeric', year: 'numeric', timeZone: 'UTC' });
const day = (date: Date): string => DAY.format(date);

const JAVA_NAMES: Readonly<Record<string, string>> = {
  sha256WithRSAEncryption: 'SHA256withRSA',
  sha1WithRSAEncryption: 'SHA1withRSA',
  sha384WithRSAEncryption: 'SHA384withRSA',
};

export function renderCertificate(alias: string, { pem, keyBits }: CertificateSummary): string {
  const certificate = new X509Certificate(pem);
  const signature = certificate.signatureAlgorithm ?? '';
  return renderAttributes([
    ['alias', alias],
    ['version', '3'],
    ['size', String(keyBits)],
    ['serialNumber', BigInt(`0x${certificate.serialNumber}`).toString()],
    ['issuedTo', distinguishedName(certificate.subject)],
    ['issuedBy', distinguishedName(certificate.issuer)],
    ['fingerPrint', certificate.fingerprint],
    ['signatureAlgorithm', `${JAVA_NAMES[signature] ?? signature}(${certificate.signatureAlgorithmOid})`],
    ['validity', `Valid from ${day(certificate.validFromDate)} to ${day(certificate.validToDate)}.`],
  ]);
}
