// Opens a file with certificates by what its bytes say, not by its name.
import { OperatorError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';
import type { CertificateContents } from './certificate-contents.ts';
import type { KeyStoreSource } from './key-store-source.ts';
import { javaStoreForm, openJks } from './open-jks.ts';
import { isPem, openDer, openPem } from './open-pem.ts';
import { openPkcs12 } from './open-pkcs12.ts';

const DER_SEQUENCE = 0x30;
const NO_PASSWORD = new Secret('', 'empty password');

/** @param password undefined: none was given, which is right for PEM and DER
 * @throws OperatorError USAGE when a password is needed; KEYSTORE_PASSWORD, KEYSTORE_FORMAT */
export function openCertificateFile(
  bytes: Uint8Array,
  password: Secret | undefined,
  source: KeyStoreSource & { readonly file: string },
): CertificateContents {
  if (isPem(bytes)) return openPem(bytes, source);
  const der = openDer(bytes);
  if (der !== undefined) return der;
  if (password === undefined) {
    // What is no key store at all needs no password to be told so.
    if (bytes[0] !== DER_SEQUENCE && javaStoreForm(bytes) === undefined) openPkcs12(bytes, NO_PASSWORD, source);
    const hint = 'Give --password-file FILE: a file with the password, readable by its owner alone.';
    throw new OperatorError('USAGE', `key store ${source.file}: it needs a password`, { hint });
  }
  if (javaStoreForm(bytes) !== undefined) return openJks(bytes, password, source);
  const { format, entries, signers } = openPkcs12(bytes, password, source);
  return { form: `pkcs12-${format}`, entries: entries.map((entry) => ({ ...entry, isOrdered: true })), signers };
}
