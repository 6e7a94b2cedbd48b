// The two public key infrastructures of a lab: the cell's own root with one `default` certificate per node, and the new
// one, whose wildcard certificate comes with an intermediate, as a public authority delivers it.
import { generateKeyPair } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { issueCertificate, makeCertificateAuthority } from '../../tls/issue-certificate.ts';
import type { IssuedCertificate } from '../../tls/issue-certificate.ts';

export type LabCertificates = {
  readonly oldRoot: IssuedCertificate;
  /** WebSphere node -> its `default` certificate */
  readonly nodes: ReadonlyMap<string, IssuedCertificate>;
  readonly newRoot: IssuedCertificate;
  readonly intermediate: IssuedCertificate;
  readonly leaf: IssuedCertificate;
};

const DAY_MS = 86_400_000;
export const DOMAIN = 'acme.example';

const makeKeys = async (count: number): Promise<readonly KeyObject[]> => {
  const generate = promisify(generateKeyPair);
  const pairs = await Promise.all(Array.from({ length: count }, () => generate('rsa', { modulusLength: 2048 })));
  return pairs.map(({ privateKey }) => privateKey);
};

const withKey = (key: KeyObject | undefined) => (key === undefined ? {} : { key });

/** One key serves all nodes: making keys is what takes the time. The first node's certificate is also the cell's, which all
 * servers show at first: it names every host, or callers that compare names could not reach them. */
export async function makeCertificates(
  nodes: readonly { readonly node: string; readonly host: string }[],
  cell: string,
  now: Date,
): Promise<LabCertificates> {
  const [rootKey, nodeKey, newRootKey, intermediateKey, leafKey] = await makeKeys(5);
  const from = (days: number): Date => new Date(now.getTime() + days * DAY_MS);
  const span = { notBefore: from(-1500), notAfter: from(3900) };
  const oldRoot = makeCertificateAuthority({ subject: `${cell} Root Certificate`, ...span, ...withKey(rootKey) });
  const issued = nodes.map(({ node, host }, at) => {
    const named = at === 0 ? nodes.map((one) => one.host) : [host];
    const names = [...named.map((one) => `${one}.${DOMAIN}`), 'localhost', '127.0.0.1'];
    const validity = { notBefore: from(-200), notAfter: from(165) };
    const wish = { subject: `${host}.${DOMAIN}`, names, issuer: oldRoot, ...validity, ...withKey(nodeKey) };
    return [node, issueCertificate(wish)] as const;
  });
  const newRoot = makeCertificateAuthority({ subject: 'Example Trust Root R1', ...span, ...withKey(newRootKey) });
  const intermediate = makeCertificateAuthority({
    subject: 'Example Trust Issuing CA E7',
    notBefore: from(-700),
    notAfter: from(1800),
    issuer: newRoot,
    ...withKey(intermediateKey),
  });
  const leaf = issueCertificate({
    subject: `*.${DOMAIN}`,
    names: [`*.${DOMAIN}`, DOMAIN],
    issuer: intermediate,
    notBefore: from(-10),
    notAfter: from(380),
    ...withKey(leafKey),
  });
  return { oldRoot, nodes: new Map(issued), newRoot, intermediate, leaf };
}
