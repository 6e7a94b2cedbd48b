// Writes a Java key store as keytool does: JKS version 2, keys under the password of the store. Source: OpenJDK 17,
// sun.security.provider.JavaKeyStore and KeyProtector.
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { CertificateSummary } from '../../core/certificate.ts';
import type { Secret } from '../../core/secret.ts';
import { nothing, octets, oid, renderDer, sequence } from '../../tls/asn1-value.ts';
import { javaPassword } from '../../tls/open-jks-key.ts';
import { extractJksKey, openJks } from '../../tls/open-jks.ts';

export type JksEntry =
  | {
      readonly kind: 'key';
      readonly alias: string;
      readonly key: KeyObject;
      readonly chain: readonly CertificateSummary[];
    }
  | { readonly kind: 'trusted'; readonly alias: string; readonly certificate: CertificateSummary };

const MAGIC = 0xfeedfeed;
const KEY_PROTECTOR = '1.3.6.1.4.1.42.2.17.1.1';
const DIGEST_BYTES = 20;

/** @throws OperatorError KEYSTORE_PASSWORD, KEYSTORE_FORMAT */
export function readJksEntries(bytes: Uint8Array, password: Secret): readonly JksEntry[] {
  const { entries, signers } = openJks(bytes, password);
  return [
    ...entries.map(({ alias, chain }) => ({
      kind: 'key' as const,
      alias: alias ?? '',
      chain,
      key: extractJksKey(bytes, password, alias ?? '', {}),
    })),
    ...signers.map(({ alias, certificate }) => ({ kind: 'trusted' as const, alias: alias ?? '', certificate })),
  ];
}

export function writeJks(entries: readonly JksEntry[], password: Secret, now: Date): Uint8Array {
  const date = Buffer.alloc(8);
  date.writeBigInt64BE(BigInt(now.getTime()));
  const content = Buffer.concat([
    word(MAGIC),
    word(2),
    word(entries.length),
    ...entries.flatMap((entry) => {
      const head = [word(entry.kind === 'key' ? 1 : 2), text(entry.alias.toLowerCase()), date];
      if (entry.kind === 'trusted') return [...head, certificateOf(entry.certificate)];
      const sealed = sealKey(entry.key, password);
      return [...head, word(sealed.length), sealed, word(entry.chain.length), ...entry.chain.map(certificateOf)];
    }),
  ]);
  const digest = createHash('sha1').update(javaPassword(password)).update('Mighty Aphrodite').update(content).digest();
  return Buffer.concat([content, digest]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function certificateOf({ pem }: CertificateSummary): Buffer {
  const der = new X509Certificate(pem).raw;
  return Buffer.concat([text('X.509'), word(der.length), der]);
}

/** A key stream of chained SHA-1 over password and salt, and a SHA-1 check. */
function sealKey(key: KeyObject, password: Secret): Uint8Array {
  const plain = key.export({ type: 'pkcs8', format: 'der' });
  const secret = javaPassword(password);
  const salt = randomBytes(DIGEST_BYTES);
  const body = Buffer.alloc(plain.length);
  let stream: Uint8Array = salt;
  for (const [at, byte] of plain.entries()) {
    if (at % DIGEST_BYTES === 0) stream = sha1(secret, stream);
    body[at] = byte ^ (stream[at % DIGEST_BYTES] ?? 0);
  }
  const sealed = Buffer.concat([salt, body, sha1(secret, plain)]);
  return renderDer(sequence(sequence(oid(KEY_PROTECTOR), nothing()), octets(sealed)));
}

const sha1 = (first: Uint8Array, second: Uint8Array): Uint8Array =>
  createHash('sha1').update(first).update(second).digest();
