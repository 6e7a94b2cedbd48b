// Loads a certificate that the inventory declares and refuses it before anything is planned with it: wrong alias, gap in
// the chain, out of its time, key that is not its own.
import { readFile } from 'node:fs/promises';
import type { CertificateFacts, CertificateFile, CertificateSummary } from '../core/certificate.ts';
import { OperatorError } from '../core/errors.ts';
import type { ErrorCode } from '../core/errors.ts';
import { sha256Hex } from '../core/json.ts';
import type { Secret } from '../core/secret.ts';
import type { CertificateEntry } from '../inventory/types.ts';
import { extractKey, isSameAlias, openPkcs12 } from './open-pkcs12.ts';
import type { KeyStore, KeyStoreEntry } from './open-pkcs12.ts';
import { orderChain } from './order-chain.ts';

/** @throws OperatorError INPUT_UNREADABLE, KEYSTORE_*, CERTIFICATE_*; each names the file and the inventory's place */
export const loadCertificate = async (
  entry: CertificateEntry,
  password: Secret,
  now: Date,
): Promise<CertificateFacts> => (await loadCertificateFile(entry, password, now)).facts;

/** The same with the bytes, for the upload. */
export async function loadCertificateFile(
  entry: CertificateEntry,
  password: Secret,
  now: Date,
): Promise<CertificateFile> {
  const bytes = await readKeyStoreFile(entry);
  const store = openPkcs12(bytes, password, entry);
  const chosen = chooseEntry(store, entry);
  const chain = checkedChain(chosen, entry, now);
  extractKey(bytes, password, chosen.alias, entry);
  const facts: CertificateFacts = {
    name: entry.name,
    file: entry.file,
    fileSha256: sha256Hex(bytes),
    aliasInFile: chosen.alias,
    alias: entry.alias.toLowerCase(),
    format: store.format,
    chain,
  };
  return { facts, bytes, password };
}

async function readKeyStoreFile(entry: CertificateEntry): Promise<Uint8Array> {
  try {
    return await readFile(entry.file);
  } catch (cause) {
    const hint = 'Check the path and that the user who runs strictstep may read the file.';
    throw new OperatorError('INPUT_UNREADABLE', `certificate ${entry.name}: file ${entry.file} cannot be read`, {
      hint,
      place: entry.place,
      cause,
    });
  }
}

const fault = (code: ErrorCode, { name, file, place }: CertificateEntry, fact: string, hint: string): OperatorError =>
  new OperatorError(code, `certificate ${name}: key store ${file}: ${fact}`, { place, hint });

function chooseEntry({ entries }: KeyStore, certificate: CertificateEntry): KeyStoreEntry {
  const usable = entries.filter(({ hasKey }) => hasKey);
  const listed = usable.map(({ alias }) => `"${alias}"`).join(', ');
  const { aliasInFile } = certificate;
  if (usable.length === 0) {
    const hint = 'Export the certificate together with its key and chain.';
    throw fault('CERTIFICATE_ALIAS', certificate, 'it holds no certificate with a private key', hint);
  }
  if (aliasInFile !== undefined) {
    const found = usable.find(({ alias }) => isSameAlias(alias, aliasInFile));
    if (found !== undefined) return found;
    const hint = `Write one of these as the certificate's alias in the file: ${listed}.`;
    throw fault('CERTIFICATE_ALIAS', certificate, `no private key with alias "${aliasInFile}", only ${listed}`, hint);
  }
  const [only, ...others] = usable;
  if (only !== undefined && others.length === 0) return only;
  const hint = `Say in the inventory which alias in the file is meant: ${listed}.`;
  throw fault('CERTIFICATE_ALIAS', certificate, `it holds ${usable.length} private keys (${listed})`, hint);
}

function checkedChain(
  { chain }: KeyStoreEntry,
  certificate: CertificateEntry,
  now: Date,
): readonly CertificateSummary[] {
  const { complete, missingIssuer } = orderChain(chain, chain[0]);
  if (!complete) {
    const last = chain.at(-1)?.subject ?? 'the certificate';
    const hint = `Add the certificate "${missingIssuer}" and all above it up to the root to the file.`;
    throw fault('CERTIFICATE_CHAIN', certificate, `the issuer "${missingIssuer}" of "${last}" is missing`, hint);
  }
  for (const { subject, notBefore, notAfter } of chain) {
    const hint = 'Check the clock of this machine, or get a certificate that is valid now.';
    if (Date.parse(notAfter) <= now.getTime()) {
      throw fault('CERTIFICATE_EXPIRED', certificate, `"${subject}" expired at ${notAfter}`, hint);
    }
    if (Date.parse(notBefore) > now.getTime()) {
      throw fault('CERTIFICATE_EXPIRED', certificate, `"${subject}" is not valid before ${notBefore}`, hint);
    }
  }
  return chain;
}
