// What `keytool -list -v` prints, in the form of OpenJDK 17 without the extensions of the certificates.
import { X509Certificate } from 'node:crypto';
import type { CertificateSummary } from '../../core/certificate.ts';
import type { JksEntry } from './jks-file.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const STARS = '\n\n*******************************************\n*******************************************\n\n\n';

export function renderListing(entries: readonly JksEntry[], now: Date): string {
  const noun = entries.length === 1 ? 'entry' : 'entries';
  const head = `Keystore type: JKS\nKeystore provider: SUN\n\nYour keystore contains ${entries.length} ${noun}\n\n`;
  const date = `${MONTHS[now.getUTCMonth()]} ${now.getUTCDate()}, ${now.getUTCFullYear()}`;
  return head + entries.map((entry) => blockOf(entry, date) + STARS).join('');
}

function blockOf(entry: JksEntry, date: string): string {
  const head = `Alias name: ${entry.alias}\nCreation date: ${date}\n`;
  if (entry.kind === 'trusted') return `${head}Entry type: trustedCertEntry\n\n${certificateOf(entry.certificate)}`;
  const chain = entry.chain.map((one, at) => `Certificate[${at + 1}]:\n${certificateOf(one)}`);
  return `${head}Entry type: PrivateKeyEntry\nCertificate chain length: ${chain.length}\n${chain.join('')}`;
}

function certificateOf({ pem, subject, issuer, sha1, sha256, signature, keyBits }: CertificateSummary): string {
  const { serialNumber, validFrom, validTo } = new X509Certificate(pem);
  return [
    `Owner: ${subject}`,
    `Issuer: ${issuer}`,
    `Serial number: ${serialNumber.toLowerCase()}`,
    `Valid from: ${validFrom} until: ${validTo}`,
    'Certificate fingerprints:',
    `\t SHA1: ${sha1}`,
    `\t SHA256: ${sha256}`,
    `Signature algorithm name: ${signature.replace('With', 'with')}`,
    `Subject Public Key Algorithm: ${keyBits}-bit RSA key`,
    'Version: 3',
    '',
  ].join('\n');
}
