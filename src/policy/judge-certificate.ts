// The chain that a port served against the rules of a policy.
import type { CertificateSummary } from '../core/certificate.ts';
import type { ProbeReport } from '../tls/probe-endpoint.ts';
import type { CertificateRules, Violation, ViolationCode } from './types.ts';

const DAY_MS = 86_400_000;

type Fault = readonly [code: ViolationCode, what: string];

export function judgeCertificate(
  { chain, chainComplete }: ProbeReport,
  rules: CertificateRules | undefined,
  now: Date,
): readonly Violation[] {
  if (rules === undefined) return [];
  const { reference } = rules;
  if (chain.length === 0) {
    return [{ code: 'inconclusive', what: 'no certificate could be read', where: 'chain', reference }];
  }
  const isIncomplete = rules.chainComplete === true && !chainComplete;
  const incomplete = isIncomplete
    ? [{ code: 'chain-incomplete', what: 'the chain does not lead to a root', where: 'chain', reference } as const]
    : [];
  const faults = chain.flatMap((certificate, index) => {
    const found = [
      ...keyFaults(certificate, rules),
      ...hashFaults(certificate, index, rules),
      ...timeFaults(certificate, index, rules, now),
    ];
    return found.map(([code, what]) => ({
      code,
      what: `${certificate.subject}: ${what}`,
      where: `chain[${index}]`,
      reference,
    }));
  });
  return [...incomplete, ...faults];
}

function keyFaults({ keyType, keyBits }: CertificateSummary, rules: CertificateRules): readonly Fault[] {
  const { leastRsaBits, leastEllipticBits } = rules;
  if (leastRsaBits === undefined && leastEllipticBits === undefined) return [];
  const isElliptic = /^(EC|ED25519|ED448)$/.test(keyType);
  const isKnown = keyBits > 0 && (isElliptic || /^(RSA|RSA-PSS|DSA)$/.test(keyType));
  if (!isKnown) return [['inconclusive', `the size of its ${keyType} key is not known`]];
  const least = (isElliptic ? leastEllipticBits : leastRsaBits) ?? 0;
  return keyBits < least ? [['key-size', `its ${keyType} key has ${keyBits} bits, fewer than ${least}`]] : [];
}

/** Names as OpenSSL writes them: sha256WithRSA, ecdsa-with-SHA384, ED25519 (which has its hash inside). */
function hashFaults(
  { signature, selfSigned }: CertificateSummary,
  index: number,
  { forbiddenHashes }: CertificateRules,
): readonly Fault[] {
  if (forbiddenHashes === undefined || (selfSigned && index > 0) || /^ed(25519|448)$/i.test(signature)) return [];
  const hash = /md[245]|sha3-\d{3}|sha-?\d{1,3}/i.exec(signature)?.[0].toUpperCase().replace(/^SHA-/, 'SHA');
  if (hash === undefined) return [['inconclusive', `the hash of its signature ${signature} is not known`]];
  return forbiddenHashes.includes(hash) ? [['signature-hash', `it is signed with ${hash} (${signature})`]] : [];
}

function timeFaults(
  { notBefore, notAfter }: CertificateSummary,
  index: number,
  { leastDaysLeft, mostDays }: CertificateRules,
  now: Date,
): readonly Fault[] {
  const [from, until] = [Date.parse(notBefore), Date.parse(notAfter)];
  if (leastDaysLeft === undefined && mostDays === undefined) return [];
  if (Number.isNaN(from) || Number.isNaN(until)) return [['inconclusive', 'its time of validity is not known']];
  const faults: Fault[] = [];
  const lifeDays = Math.round((until - from) / DAY_MS);
  if (index === 0 && lifeDays > (mostDays ?? Infinity)) {
    faults.push(['certificate-lifetime', `it is made for ${lifeDays} days, more than ${mostDays}`]);
  }
  if (leastDaysLeft === undefined) return faults;
  if (now.getTime() < from) faults.push(['certificate-not-yet-valid', `it is valid from ${notBefore}`]);
  const leftMs = until - now.getTime();
  if (leftMs < 0) faults.push(['certificate-expired', `it was valid until ${notAfter}`]);
  else if (leftMs < leastDaysLeft * DAY_MS) {
    const days = Math.floor(leftMs / DAY_MS);
    faults.push(['certificate-expires-soon', `it ends in ${days} days, fewer than ${leastDaysLeft}`]);
  }
  return faults;
}
