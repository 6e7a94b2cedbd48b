// The key and trust stores of a cell's master configuration, opened with the passwords in its security.xml. Public facts
// of certificates only.
import type { CertificateSummary } from '../core/certificate.ts';
import { openConfigured } from '../facts/replica-stores.ts';
import { documentOfLocation } from '../products/websphere/profile-paths.ts';
import type { KeyStoreEntry, SecurityModel } from '../products/websphere/security-model.ts';
import { readBytes } from './attempt.ts';
import type { ProfileSource } from './read-profile.ts';
import type { FoundCertificate, FoundStore } from './types.ts';

export const readFoundStores = (
  source: ProfileSource,
  root: string,
  { keyStores }: SecurityModel,
  security: string,
): Promise<readonly FoundStore[]> => Promise.all(keyStores.map((entry) => readStore(source, root, entry, security)));

async function readStore(
  { shell, problems }: ProfileSource,
  root: string,
  { name, scope, location }: KeyStoreEntry,
  security: string,
): Promise<FoundStore> {
  const document = documentOfLocation(location);
  const path = document === undefined ? location : `${root}/${document}`;
  // Locations such as safkeyring:// or a cryptographic device are no files.
  const isFile = /^(?:\/|[A-Za-z]:)/u.test(path);
  const bytes = isFile ? await readBytes(shell, path, problems) : undefined;
  const opened = bytes && openConfigured(bytes, { name, scope }, security, { host: shell.host, path });
  if (opened === undefined) return { name, scope, location, contents: null };
  const personal = opened.entries
    .filter(({ hasKey }) => hasKey)
    .flatMap(({ alias, chain: [leaf] }) => (leaf === undefined ? [] : [factsOf(alias, leaf)]));
  const signers = opened.signers.map(({ alias, certificate }) => factsOf(alias ?? '', certificate));
  return { name, scope, location, contents: { personal, signers } };
}

const factsOf = (alias: string, { subject, notAfter, sha256 }: CertificateSummary): FoundCertificate => ({
  alias,
  subject,
  notAfter,
  sha256,
});
