// Writes the content of a key store in another form. Keys are in memory only; a PEM key leaves encrypted.
import { createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { OperatorError } from '../core/errors.ts';
import { exposeSecret } from '../core/secret.ts';
import type { Secret } from '../core/secret.ts';
import type { CertificateContents, CertificateForm, ContainedEntry } from './certificate-contents.ts';
import { sourceFault } from './key-store-source.ts';
import type { KeyStoreSource } from './key-store-source.ts';
import { extractJksKey } from './open-jks.ts';
import { openCertificateFile } from './open-certificate-file.ts';
import { extractKey } from './open-pkcs12.ts';
import { writePkcs12 } from './write-pkcs12.ts';
import type { KeyStoreContents } from './write-pkcs12.ts';

export const CONVERSIONS = ['pkcs12-legacy', 'pkcs12-modern', 'pem'] as const;
export type Conversion = (typeof CONVERSIONS)[number];

export type KeyStoreInput = {
  readonly bytes: Uint8Array;
  readonly password: Secret | undefined;
  readonly source: KeyStoreSource & { readonly file: string };
};

export type ConversionWish = {
  readonly to: Conversion;
  readonly outPassword: Secret;
  /** name of an entry whose form has no aliases */
  readonly alias: string;
};

export type Converted = {
  readonly bytes: Uint8Array;
  readonly from: CertificateForm;
  readonly contents: CertificateContents;
};

/** @throws OperatorError USAGE, KEYSTORE_PASSWORD, KEYSTORE_FORMAT, CERTIFICATE_ALIAS */
export function convertKeyStore(input: KeyStoreInput, { to, outPassword, alias }: ConversionWish): Converted {
  const contents = openCertificateFile(input.bytes, input.password, input.source);
  const keyed = contents.entries.filter(({ hasKey }) => hasKey);
  const entries = keyed.map((entry, index) => ({
    alias: entry.alias ?? numbered(alias, index),
    key: keyOf(entry, contents.form, input),
    chain: entry.chain,
  }));
  const bare = contents.entries.filter(({ hasKey }) => !hasKey).flatMap(({ chain }) => chain);
  const signers = [
    ...contents.signers.map(({ alias: own, certificate }) => ({ own, certificate })),
    ...bare.map((certificate) => ({ own: null, certificate })),
  ].map(({ own, certificate }, index) => ({ alias: own ?? numbered(`${alias}-signer`, index), certificate }));
  const store = { entries, signers, password: outPassword };
  const bytes = to === 'pem' ? renderPem(store) : writePkcs12({ ...store, legacy: to === 'pkcs12-legacy' });
  return { bytes, from: contents.form, contents };
}

const numbered = (name: string, index: number): string => (index === 0 ? name : `${name}-${index + 1}`);

function keyOf(
  { alias }: ContainedEntry,
  form: CertificateForm,
  { bytes, password, source }: KeyStoreInput,
): KeyObject {
  if (form === 'pem') return pemKey(bytes, password, source);
  if (password !== undefined && alias !== null && form === 'jks') return extractJksKey(bytes, password, alias, source);
  if (password === undefined || alias === null || form === 'jceks') {
    const hint =
      'Use keytool -importkeystore of the host, which asks for the passwords; the command is in docs/certificates.md.';
    throw sourceFault('KEYSTORE_FORMAT', source, `the private key of a ${form} store is not read here`, { hint });
  }
  return extractKey(bytes, password, alias, source).key;
}

function pemKey(bytes: Uint8Array, password: Secret | undefined, source: KeyStoreSource): KeyObject {
  try {
    const passphrase = password === undefined ? {} : { passphrase: exposeSecret(password) };
    return createPrivateKey({ key: Buffer.from(bytes), format: 'pem', ...passphrase });
  } catch {
    // The cause could quote the key's bytes; it is dropped on purpose.
    const hint = 'Give the password of the key with --password-file.';
    throw sourceFault('KEYSTORE_PASSWORD', source, 'the private key in it cannot be opened', { hint });
  }
}

function renderPem({ entries, signers, password }: Omit<KeyStoreContents, 'legacy'>): Uint8Array {
  const passphrase = exposeSecret(password);
  const parts = entries.flatMap(({ key, chain }) => [
    key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString(),
    ...chain.map(({ pem }) => pem),
  ]);
  return Buffer.from([...parts, ...signers.map(({ certificate }) => certificate.pem)].join(''));
}

/** The same by the tools of a host; both ask for passwords, so none is in a command line. */
export function hostCommand(file: string, from: CertificateForm, to: Conversion, out: string): string {
  const [source, target] = [quoted(file), quoted(out)];
  if (to === 'pem')
    return from.startsWith('pkcs12')
      ? `openssl pkcs12 ${from === 'pkcs12-legacy' ? '-legacy ' : ''}-in ${source} -out ${target}`
      : `keytool -importkeystore -srckeystore ${source} -destkeystore ${target}.p12 -deststoretype PKCS12`;
  if (from === 'pem' || from === 'der')
    return `openssl pkcs12 -export ${to === 'pkcs12-legacy' ? '-legacy ' : ''}-in ${source} -out ${target}`;
  const type = from.startsWith('pkcs12') ? 'PKCS12' : from.toUpperCase();
  const old = to === 'pkcs12-legacy' ? ' -J-Dkeystore.pkcs12.legacy' : '';
  return `keytool -importkeystore${old} -srckeystore ${source} -srcstoretype ${type} -destkeystore ${target} -deststoretype PKCS12`;
}

const quoted = (text: string): string =>
  /^[\w./@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** @throws OperatorError USAGE when there is no password for what is written */
export function passwordForOutput(out: Secret | undefined, given: Secret | undefined): Secret {
  const password = out ?? given;
  if (password !== undefined) return password;
  const hint = 'Give --out-password-file FILE: a file with the password, readable by its owner alone.';
  throw new OperatorError('USAGE', 'the file that is written needs a password', { hint });
}
