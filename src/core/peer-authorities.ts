// Roots of the servers of others that a server calls, as the inventory's PEM files show them. Facts and plan need the same.
import type { CertificateSummary } from './certificate.ts';

type Caller = { readonly federation: string; readonly coservers: Readonly<Record<string, string>> };
type Shown = readonly { readonly name: string; readonly chain: readonly CertificateSummary[] }[];

/** A chain is trusted by its last certificate: its root, or the one that signed itself.
 * @param clientCertificates by `<federation>/<peer>` */
export const peerAuthoritiesOf = (
  { federation, coservers }: Caller,
  { clientCertificates = [] }: { readonly clientCertificates?: Shown },
): readonly { readonly alias: string; readonly pem: string }[] =>
  [...new Set(Object.values(coservers))].toSorted().flatMap((other) => {
    const chain = clientCertificates.find(({ name }) => name === `${federation}/${other}`)?.chain;
    const last = chain?.at(-1);
    return last === undefined ? [] : [{ alias: `peer-${other.toLowerCase()}`, pem: last.pem }];
  });
