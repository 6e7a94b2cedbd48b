// The new certificate that a lab's administrator was given: *.acme.example below an intermediate below a root, as a .p12 with
// its password, and the root that people's clients trust. Used by the labs that are no WebSphere cell.
import { generateKeyPair, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Secret, exposeSecret } from '../../core/secret.ts';
import { issueCertificate, makeCertificateAuthority } from '../../tls/issue-certificate.ts';
import type { IssuedCertificate } from '../../tls/issue-certificate.ts';
import { writePkcs12 } from '../../tls/write-pkcs12.ts';
import { DOMAIN } from './certificates.ts';

const DAY_MS = 86_400_000;

export const WILD_ALIAS = 'acme-wild-2026';

/** The same in every inventory. */
export const WILD_ENTRY = {
  file: './certificates/wild_acme_com.p12',
  passwordFile: './secrets/wild_acme_com.password',
  alias: WILD_ALIAS,
} as const;

export const clientRootsFile = (dir: string): string => path.join(dir, 'certificates/client-roots.pem');

export async function placeFile(file: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content, { mode });
}

export type WildCertificate = {
  readonly rootPem: string;
  /** key, certificate and intermediate in PEM of somebody else below the same root; all of them have one key */
  readonly issuePem: (name: string, names: readonly string[]) => string;
};

/** Writes the .p12, its password and the root below the lab's folder. */
export async function layWildCertificate(dir: string, now: Date): Promise<WildCertificate> {
  const generate = promisify(generateKeyPair);
  const pairs = await Promise.all(Array.from({ length: 4 }, () => generate('rsa', { modulusLength: 2048 })));
  const [rootKey, middleKey, leafKey, otherKey] = pairs.map(({ privateKey }) => privateKey);
  const from = (days: number): Date => new Date(now.getTime() + days * DAY_MS);
  const [notBefore, notAfter] = [from(-10), from(380)];
  const withKey = (key: typeof rootKey) => (key === undefined ? {} : { key });
  const root = makeCertificateAuthority({
    subject: 'Example Trust Root R1',
    notBefore: from(-1500),
    notAfter: from(3900),
    ...withKey(rootKey),
  });
  const middle = makeCertificateAuthority({
    subject: 'Example Trust Issuing CA E7',
    notBefore: from(-700),
    notAfter: from(1800),
    issuer: root,
    ...withKey(middleKey),
  });
  const issue = (name: string, names: readonly string[], key = otherKey): IssuedCertificate =>
    issueCertificate({ subject: name, names: [name, ...names], issuer: middle, notBefore, notAfter, ...withKey(key) });

  const leaf = issue(`*.${DOMAIN}`, [DOMAIN], leafKey);
  const password = new Secret(randomBytes(12).toString('hex'), 'password of wild_acme_com.p12');
  const chain = [leaf, middle, root].map(({ certificate }) => certificate);
  const entries = [{ alias: WILD_ALIAS, key: leaf.key, chain }];
  const store = writePkcs12({ entries, signers: [], password, legacy: true });
  await placeFile(path.join(dir, WILD_ENTRY.file), store);
  await placeFile(path.join(dir, WILD_ENTRY.passwordFile), `${exposeSecret(password)}\n`);
  await placeFile(clientRootsFile(dir), root.certificate.pem, 0o644);
  return {
    rootPem: root.certificate.pem,
    issuePem: (name, names) => {
      const { key, certificate } = issue(name, names);
      return `${key.export({ type: 'pkcs8', format: 'pem' }).toString()}${certificate.pem}${middle.certificate.pem}`;
    },
  };
}
