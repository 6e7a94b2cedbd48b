// The inspection of a certificate file for people.
import type { CertificateSummary } from '../core/certificate.ts';
import type { EntryInspection, Inspection } from '../tls/inspect-certificates.ts';
import { allFindings } from '../tls/inspect-certificates.ts';
import type { Finding } from '../tls/judge-certificate.ts';

export function renderInspection(file: string, inspection: Inspection): string {
  const { form, entries, signers, readers, findings } = inspection;
  const count = allFindings(inspection).length;
  return [
    `${file}: ${form}, ${entries.length} certificates of servers or clients, ${signers.length} signers`,
    ...findings.map(findingLine),
    ...entries.flatMap(entryLines),
    ...signers.flatMap(({ alias, certificate, findings: own }) => [
      '',
      `signer ${alias ?? '(no alias)'}`,
      ...certificateLines(certificate),
      ...own.map(findingLine),
    ]),
    ...(readers.length === 0 ? [] : ['', 'read by']),
    ...readers.map(({ java, reads }) => `  ${reads.padEnd(7)}  ${java}`),
    '',
    count === 0 ? 'no findings' : `findings: ${count}`,
  ].join('\n');
}

const entryLines = ({ alias, hasKey, chain, complete, findings, levels }: EntryInspection): readonly string[] => [
  '',
  `entry ${alias ?? '(no alias)'}: ${hasKey ? 'with' : 'without'} private key, chain of ${chain.length}, ${complete ? 'complete' : 'incomplete'}`,
  ...chain.flatMap(certificateLines),
  ...findings.map(findingLine),
  ...levels.map(
    ({ level, name, objections }) =>
      `  Sametime security level ${level} (${name}): ${objections.length === 0 ? 'kept' : `dropped, ${objections.join('; ')}`}`,
  ),
];

const certificateLines = (certificate: CertificateSummary): readonly string[] => {
  const { subject, notBefore, notAfter, names, keyType, keyBits, signature, sha256, sha1 } = certificate;
  return [
    `  ${subject}`,
    `    ${notBefore.slice(0, 10)} to ${notAfter.slice(0, 10)}, ${keyType} ${keyBits}, ${signature}`,
    ...(names.length === 0 || certificate.certificateAuthority ? [] : [`    names ${names.join(', ')}`]),
    `    SHA-256 ${sha256}`,
    `    SHA-1 ${sha1}`,
  ];
};

const findingLine = ({ code, severity, text }: Finding): string => `  ${severity} ${code}: ${text}`;
