// A served chain for people: facts of each certificate, and whether a caller who trusts the root could build the chain.
import type { CertificateSummary } from '../core/certificate.ts';
import { OperatorError } from '../core/errors.ts';
import { orderChain } from './order-chain.ts';
import { summarizeCertificate } from './summarize-certificate.ts';

export type ServedChain = {
  /** as served, up to the first that cannot be read */
  readonly chain: readonly CertificateSummary[];
  /** From the server's certificate upwards there is a root, or at least an authority whose issuer may be the root that
   * servers may leave out. A lone certificate that is not self-signed is incomplete. */
  readonly chainComplete: boolean;
};

export function describeChain(served: readonly Uint8Array[]): ServedChain {
  const chain: CertificateSummary[] = [];
  for (const der of served) {
    const summary = readable(der);
    if (summary === undefined) return { chain, chainComplete: false };
    chain.push(summary);
  }
  const ordered = orderChain(chain, chain[0]);
  return { chain, chainComplete: ordered.complete || ordered.chain.at(-1)?.certificateAuthority === true };
}

/** undefined: what the server calls a certificate is none */
function readable(der: Uint8Array): CertificateSummary | undefined {
  try {
    return summarizeCertificate(der);
  } catch (error) {
    if (error instanceof OperatorError) return undefined;
    throw error;
  }
}
