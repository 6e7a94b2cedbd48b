// Puts certificates into the order leaf to root, whatever order a server or a file has them in, and names what is missing.
import { X509Certificate } from 'node:crypto';
import type { CertificateSummary } from '../core/certificate.ts';
import { isSignedBy } from './summarize-certificate.ts';

export type OrderedChain = {
  /** leaf first */
  readonly chain: readonly CertificateSummary[];
  /** ends in a self-signed root */
  readonly complete: boolean;
  /** name of the certificate that is needed next; null when complete */
  readonly missingIssuer: string | null;
  readonly unused: readonly CertificateSummary[];
};

/** @param leaf where to start; default: the first one that has signed none of the others */
export function orderChain(certificates: readonly CertificateSummary[], leaf?: CertificateSummary): OrderedChain {
  const pool = [...new Map(certificates.map((certificate) => [certificate.sha256, certificate])).values()];
  const start = leaf ?? pool.find((one) => !pool.some((other) => other !== one && isIssuedBy(other, one))) ?? pool[0];
  const chain: CertificateSummary[] = [];
  let current = start;
  while (current !== undefined && !chain.some(({ sha256 }) => sha256 === current?.sha256)) {
    chain.push(current);
    current = current.selfSigned ? undefined : issuerOf(current, pool);
  }
  const last = chain.at(-1);
  const complete = last?.selfSigned === true;
  const used = new Set(chain.map(({ sha256 }) => sha256));
  return {
    chain,
    complete,
    missingIssuer: complete || last === undefined ? null : last.issuer,
    unused: pool.filter(({ sha256 }) => !used.has(sha256)),
  };
}

/** Among issuers of one name (a renewed authority) the one that is valid longest. */
const issuerOf = (
  certificate: CertificateSummary,
  pool: readonly CertificateSummary[],
): CertificateSummary | undefined =>
  pool
    .filter((candidate) => isIssuedBy(certificate, candidate))
    .toSorted((a, b) => Date.parse(b.notAfter) - Date.parse(a.notAfter))[0];

function isIssuedBy(certificate: CertificateSummary, issuer: CertificateSummary): boolean {
  if (certificate.issuer !== issuer.subject) return false;
  return isSignedBy(new X509Certificate(certificate.pem), new X509Certificate(issuer.pem));
}
