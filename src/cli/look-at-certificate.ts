// A key store as a person should see it before using it.
import type { CertificateSummary } from '../core/certificate.ts';
import type { Secret } from '../core/secret.ts';
import { inspectCertificates } from '../tls/inspect-certificates.ts';
import { openCertificateFile } from '../tls/open-certificate-file.ts';
import type { CertificateLook } from '../wizard/index.ts';

const SOON_DAYS = 30;

/** @throws OperatorError KEYSTORE_PASSWORD, KEYSTORE_FORMAT */
export function lookAt(file: string, bytes: Uint8Array, password: Secret): CertificateLook {
  const contents = openCertificateFile(bytes, password, { file });
  const { entries, findings, form } = inspectCertificates(contents, {
    at: new Date(),
    soonDays: SOON_DAYS,
    hosts: [],
  });
  const own = entries.filter(({ hasKey }) => hasKey);
  const lines = own.flatMap(({ alias, chain, complete, findings: found }) => [
    `  ${alias ?? '(no alias)'}: private key, chain of ${chain.length}, ${complete ? 'complete' : 'NOT COMPLETE'}`,
    ...chain.map(certificateLine),
    ...found.map(({ severity, text }) => `    ${severity}: ${text}`),
  ]);
  const leaf = own[0]?.chain[0];
  return {
    view: [`${file}: ${form}`, ...findings.map(({ severity, text }) => `  ${severity}: ${text}`), ...lines].join('\n'),
    aliases: own.map(({ alias }) => alias ?? ''),
    subject: leaf?.subject ?? '',
    notAfter: leaf?.notAfter ?? '',
  };
}

function certificateLine({
  subject,
  notBefore,
  notAfter,
  keyType,
  keyBits,
  names,
  certificateAuthority,
}: CertificateSummary): string {
  const isFor = certificateAuthority || names.length === 0 ? '' : `, for ${names.join(', ')}`;
  return `    ${subject}: ${notBefore.slice(0, 10)} to ${notAfter.slice(0, 10)}, ${keyType} ${keyBits}${isFor}`;
}
