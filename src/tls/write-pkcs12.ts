// Writes PKCS12 key stores with several aliases and with trusted certificates, as keytool would: for the lab and the
// tests. node-forge's own writer knows one key only. Source: RFC 7292; Java's mark of trust as in OpenJDK.
import { createHash, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { CertificateSummary } from '../core/certificate.ts';
import { exposeSecret } from '../core/secret.ts';
import type { Secret } from '../core/secret.ts';
import { bmpText, integer, octets, oid, renderDer, sequence, set, tagged, taggedOctets } from './asn1-value.ts';
import type { Asn1Value } from './asn1-value.ts';
import { encryptLegacy, encryptModern } from './password-encryption.ts';
import type { Encrypted } from './password-encryption.ts';
import { OID } from './pkcs12-bags.ts';
import { makeMac } from './pkcs12-mac.ts';

export type KeyStoreContents = {
  readonly entries: readonly {
    readonly alias: string;
    readonly key: KeyObject;
    /** leaf first */
    readonly chain: readonly CertificateSummary[];
  }[];
  readonly signers: readonly { readonly alias: string; readonly certificate: CertificateSummary }[];
  readonly password: Secret;
  /** RC2, 3DES and SHA-1, as old Java needs it */
  readonly legacy: boolean;
};

const ANY_KEY_USAGE = '2.5.29.37.0';

/** Aliases become lower case, as Java keeps them. */
export function writePkcs12({ entries, signers, password, legacy }: KeyStoreContents): Uint8Array {
  const secret = exposeSecret(password);
  const encrypt = (data: Uint8Array, use: 'key' | 'certificates'): Encrypted =>
    legacy ? encryptLegacy(data, secret, use) : encryptModern(data, secret);
  const keyBags = entries.map(({ alias, key, chain }) => {
    const { algorithm, data } = encrypt(key.export({ type: 'pkcs8', format: 'der' }), 'key');
    return bag(OID.shroudedKeyBag, sequence(algorithm, octets(data)), ownMarks(alias, chain));
  });
  const chainBags = entries.flatMap(({ alias, chain }) =>
    chain.map((certificate, index) => certificateBag(certificate, index === 0 ? ownMarks(alias, chain) : [])),
  );
  const signerBags = signers.map(({ alias, certificate }) =>
    certificateBag(certificate, [nameMark(alias), mark(OID.javaTrustedKeyUsage, oid(ANY_KEY_USAGE))]),
  );
  const certificateBags = [...chainBags, ...signerBags];
  const safes = [
    ...(keyBags.length > 0 ? [contentInfo(OID.data, octets(renderDer(sequence(...keyBags))))] : []),
    ...(certificateBags.length > 0
      ? [encryptedSafe(encrypt(renderDer(sequence(...certificateBags)), 'certificates'))]
      : []),
  ];
  const content = renderDer(sequence(...safes));
  return renderDer(sequence(integer(3), contentInfo(OID.data, octets(content)), makeMac(content, secret, { legacy })));
}

const contentInfo = (type: string, content: Asn1Value): Asn1Value => sequence(oid(type), tagged(content));

const encryptedSafe = ({ algorithm, data }: Encrypted): Asn1Value =>
  contentInfo(OID.encryptedData, sequence(integer(0), sequence(oid(OID.data), algorithm, taggedOctets(data))));

const bag = (type: string, value: Asn1Value, marks: readonly Asn1Value[]): Asn1Value =>
  sequence(oid(type), tagged(value), ...(marks.length > 0 ? [set(...marks)] : []));

const certificateBag = ({ pem }: CertificateSummary, marks: readonly Asn1Value[]): Asn1Value =>
  bag(OID.certificateBag, sequence(oid(OID.x509Certificate), tagged(octets(new X509Certificate(pem).raw))), marks);

const mark = (type: string, value: Asn1Value): Asn1Value => sequence(oid(type), set(value));
const nameMark = (alias: string): Asn1Value => mark(OID.friendlyName, bmpText(alias.toLowerCase()));

/** Key and certificate of one alias find each other by a common identifier, here a digest of the alias. */
const ownMarks = (alias: string, chain: readonly CertificateSummary[]): readonly Asn1Value[] => {
  const identifier = createHash('sha1').update(`${alias.toLowerCase()} ${chain[0]?.sha256}`).digest();
  return [nameMark(alias), mark(OID.localKeyId, octets(identifier))];
};
