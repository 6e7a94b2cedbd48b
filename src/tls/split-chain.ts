// Intermediates and root as files of their own, as an administrator adds them to a trust store one by one.
import type { CertificateSummary } from '../core/certificate.ts';
import type { CertificateContents } from './certificate-contents.ts';
import { sourceFault } from './key-store-source.ts';
import type { KeyStoreSource } from './key-store-source.ts';
import { orderChain } from './order-chain.ts';

export type SplitFile = { readonly name: string; readonly certificate: CertificateSummary };

/** Never the server's own certificate: it is no signer. Nearest to the root last.
 * @throws OperatorError CERTIFICATE_CHAIN when the root is missing */
export function splitChain({ entries, signers }: CertificateContents, source: KeyStoreSource): readonly SplitFile[] {
  const authorities = new Map<string, CertificateSummary>();
  for (const { chain } of entries) {
    const { complete, missingIssuer } = orderChain(chain, chain[0]);
    if (!complete) {
      const hint = 'Get the missing certificate from the authority and add it to the file.';
      const fact = `the issuer "${missingIssuer}" of "${chain.at(-1)?.subject}" is missing`;
      throw sourceFault('CERTIFICATE_CHAIN', source, fact, { hint });
    }
    for (const certificate of chain.slice(1)) authorities.set(certificate.sha256, certificate);
  }
  for (const { certificate } of signers) authorities.set(certificate.sha256, certificate);
  const all = [...authorities.values()];
  return [
    ...numbered(
      'intermediate',
      all.filter(({ selfSigned }) => !selfSigned),
    ),
    ...numbered(
      'root',
      all.filter(({ selfSigned }) => selfSigned),
    ),
  ];
}

const numbered = (word: string, certificates: readonly CertificateSummary[]): readonly SplitFile[] =>
  certificates.map((certificate, index) => ({
    name: certificates.length === 1 ? `${word}.pem` : `${word}-${index + 1}.pem`,
    certificate,
  }));
