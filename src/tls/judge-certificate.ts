// What is wrong with a certificate or chain at a moment: findings with stable codes, used by `cert inspect` and `check`.
// Limits: RFC 9325 section 4.5 (RSA 2048, elliptic curves 224 bits, SHA-256).
import type { CertificateSummary } from '../core/certificate.ts';
import { mayBeUsedFor } from './certificate-usage.ts';
import { digestBits } from './security-levels.ts';

/** The codes are a contract; docs/certificates.md explains each. */
export type FindingCode =
  | 'CHAIN_INCOMPLETE'
  | 'CHAIN_ORDER'
  | 'NOT_IN_CHAIN'
  | 'EXPIRED'
  | 'EXPIRES_SOON'
  | 'NOT_YET_VALID'
  | 'NAME_MISMATCH'
  | 'NO_CLIENT_USE'
  | 'NO_SERVER_USE'
  | 'WEAK_KEY'
  | 'WEAK_SIGNATURE'
  | 'NOT_AN_AUTHORITY'
  | 'JAVA_SHOWS_NOTHING'
  | 'OLD_JAVA_CANNOT_READ';

/** fails: callers refuse it; warning: it works today, or only for some */
export type Finding = {
  readonly code: FindingCode;
  readonly severity: 'fails' | 'warning';
  /** one fact, lower-case start, no full stop */
  readonly text: string;
};

const DAY_MS = 86_400_000;
const WANTED = { rsaBits: 2048, curveBits: 224, digest: 224 } as const;
/** Below this every current Java, browser and OpenSSL refuses. */
const REFUSED = { rsaBits: 1024, curveBits: 160 } as const;

export type When = { readonly at: Date; readonly soonDays: number };

/** Time, key and signature of every certificate of a chain. */
export const judgeChain = (chain: readonly CertificateSummary[], when: When): readonly Finding[] =>
  chain.flatMap((certificate, index) => [
    ...judgeTime(certificate, when),
    ...judgeAlgorithms(certificate),
    ...(index > 0 && !certificate.certificateAuthority
      ? [fails('NOT_AN_AUTHORITY', `"${certificate.subject}" signs in the chain but is not an authority`)]
      : []),
  ]);

export function judgeTime(
  { subject, notBefore, notAfter }: CertificateSummary,
  { at, soonDays }: When,
): readonly Finding[] {
  const left = Date.parse(notAfter) - at.getTime();
  if (left <= 0) return [fails('EXPIRED', `"${subject}" expired at ${notAfter}`)];
  if (Date.parse(notBefore) > at.getTime())
    return [fails('NOT_YET_VALID', `"${subject}" is not valid before ${notBefore}`)];
  if (left > soonDays * DAY_MS) return [];
  return [warning('EXPIRES_SOON', `"${subject}" expires at ${notAfter}, in ${Math.floor(left / DAY_MS)} days`)];
}

/** A root's own signature proves nothing, so it may be old. */
export function judgeAlgorithms(certificate: CertificateSummary): readonly Finding[] {
  const { subject, keyType, keyBits, signature, selfSigned } = certificate;
  const isCurve = keyType === 'EC';
  const isEdwards = keyType.startsWith('ED');
  const [wanted, refused] = isCurve ? [WANTED.curveBits, REFUSED.curveBits] : [WANTED.rsaBits, REFUSED.rsaBits];
  const key = `"${subject}" has a ${keyType} key of ${keyBits} bits`;
  const digest = digestBits(certificate);
  const signed = `"${subject}" is signed with ${signature}`;
  return [
    ...(isEdwards || keyBits >= wanted ? [] : [(keyBits < refused ? fails : warning)('WEAK_KEY', key)]),
    ...(selfSigned || isEdwards || digest === undefined || digest >= WANTED.digest
      ? []
      : [warning('WEAK_SIGNATURE', signed)]),
    ...(!selfSigned && /md[245]/i.test(signature) ? [fails('WEAK_SIGNATURE', signed)] : []),
  ];
}

export const judgeUse = (leaf: CertificateSummary): readonly Finding[] => [
  ...(mayBeUsedFor(leaf, 'server')
    ? []
    : [fails('NO_SERVER_USE', `"${leaf.subject}" may not be used by a TLS server (key usage)`)]),
  ...(mayBeUsedFor(leaf, 'client')
    ? []
    : [
        warning(
          'NO_CLIENT_USE',
          `"${leaf.subject}" may not be used for client authentication (key usage), which servers that need it then refuse`,
        ),
      ]),
];

export const fails = (code: FindingCode, text: string): Finding => ({ code, severity: 'fails', text });
export const warning = (code: FindingCode, text: string): Finding => ({ code, severity: 'warning', text });
