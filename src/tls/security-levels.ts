// Which certificates a Sametime community server keeps at a security level; others are dropped from the running copy at
// its start. Not verified on a real community server: the levels are named after standards, and the limits are those that
// IBM documents for the same standards. Sources: HCL Sametime 11.6, ST_TLS_SECURITY_LEVEL; IBM WebSphere eXtreme Scale 8.6
// "security standards" (transition); IBM WebSphere 8.5.5 "security standards configurations" (strict); RFC 6460 (Suite B).
import type { CertificateSummary } from '../core/certificate.ts';

type Limits = {
  readonly rsaBits: number | null;
  readonly curveBits: readonly number[] | number;
  readonly digests: readonly number[];
};

export type SecurityLevel = { readonly level: number; readonly name: string; readonly limits: Limits | null };

/** rsaBits null: RSA is not allowed. A number of curveBits is a least size, a list is the sizes that are allowed.
 * digests: SHA-n that the signature may use. */
export const SECURITY_LEVELS: readonly SecurityLevel[] = [
  { level: 0, name: 'none', limits: null },
  {
    level: 1,
    name: 'SP800-131a transition',
    limits: { rsaBits: 1024, curveBits: 160, digests: [1, 224, 256, 384, 512] },
  },
  { level: 2, name: 'SP800-131a strict', limits: { rsaBits: 2048, curveBits: 244, digests: [256, 384, 512] } },
  { level: 3, name: 'NSA Suite B 128', limits: { rsaBits: null, curveBits: [256, 384], digests: [256, 384] } },
  { level: 4, name: 'NSA Suite B 192', limits: { rsaBits: null, curveBits: [384], digests: [384] } },
];

/** Why a level drops the certificate; empty: it keeps it. */
export function objectionsOf({ limits, name }: SecurityLevel, certificate: CertificateSummary): readonly string[] {
  if (limits === null) return [];
  const { keyType, keyBits } = certificate;
  const digest = digestBits(certificate);
  const isSigned = digest !== undefined && limits.digests.includes(digest);
  return [
    ...(hasRightKey(limits, keyType, keyBits)
      ? []
      : [`its ${keyType} key of ${keyBits} bits is not allowed by ${name}`]),
    ...(isSigned ? [] : [`its signature ${certificate.signature} is not allowed by ${name}`]),
  ];
}

function hasRightKey({ rsaBits, curveBits }: Limits, keyType: string, keyBits: number): boolean {
  if (keyType === 'EC') return typeof curveBits === 'number' ? keyBits >= curveBits : curveBits.includes(keyBits);
  return (keyType === 'RSA' || keyType === 'RSA-PSS') && rsaBits !== null && keyBits >= rsaBits;
}

/** sha256WithRSA -> 256, ecdsa-with-SHA384 -> 384, sha1WithRSA -> 1 */
export function digestBits({ signature }: CertificateSummary): number | undefined {
  const found = /sha-?(\d+)/i.exec(signature)?.[1];
  return found === undefined ? undefined : Number(found);
}
