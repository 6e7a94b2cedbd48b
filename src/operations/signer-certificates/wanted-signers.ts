// The signers that a peer must trust to accept a certificate: every certificate authority of its chain.
import type { CertificateFacts, CertificateSummary } from '../../core/certificate.ts';

export type WantedSigner = { readonly alias: string; readonly certificate: CertificateSummary };

/** Root last. A certificate without a chain signed itself, and is its own signer. */
export function wantedSigners({ chain, alias }: CertificateFacts): readonly WantedSigner[] {
  const authorities = chain.length === 1 ? chain : chain.slice(1);
  return authorities.map((certificate, index) => ({
    alias: `${alias}-${index === authorities.length - 1 ? 'root' : `intermediate-${index + 1}`}`.toLowerCase(),
    certificate,
  }));
}

/** The wanted alias, or the first numbered one that is free. */
export function freeAlias(wanted: string, taken: ReadonlySet<string>): string {
  let alias = wanted;
  for (let number = 2; taken.has(alias); number += 1) alias = `${wanted}-${number}`;
  return alias;
}
