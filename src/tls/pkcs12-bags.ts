// The bags of a PKCS12 file as they are, before anybody says what belongs together. Source: RFC 7292 section 4; the
// attribute by which Java marks a trusted certificate is that of OpenJDK's PKCS12KeyStore.
import { childOf, childrenOf, octetsOf, oidOf, parseDer, renderDer, textOf, toBinary } from './asn1-value.ts';
import type { Asn1Value } from './asn1-value.ts';
import { decrypt, isModernEncryption } from './password-encryption.ts';
import type { Encrypted } from './password-encryption.ts';

export const OID = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certificateBag: '1.2.840.113549.1.12.10.1.3',
  safeContentsBag: '1.2.840.113549.1.12.10.1.6',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  javaTrustedKeyUsage: '2.16.840.1.113894.746875.1.1',
} as const;

type Marks = {
  readonly friendlyName: string | undefined;
  readonly localKeyId: string | undefined;
  readonly javaTrusted: boolean;
};
/** The key stays encrypted until somebody has a reason to open it; few files hold it unencrypted (DER). */
export type KeyBag = Marks & { readonly kind: 'key'; readonly key: Encrypted | Uint8Array };
export type CertificateBag = Marks & { readonly kind: 'certificate'; readonly der: Uint8Array };
type Bag = KeyBag | CertificateBag;

export type BagsOfFile = { readonly bags: readonly Bag[]; readonly isModern: boolean };

/** @param content the AuthenticatedSafe */
export function readBags(content: Uint8Array, password: string): BagsOfFile {
  const safes = childrenOf(parseDer(content)).map((info) => readSafe(info, password));
  const bags = safes.flatMap((safe) => safe.bags);
  const hasModernKey = bags.some(
    (bag) => bag.kind === 'key' && 'algorithm' in bag.key && isModernEncryption(bag.key.algorithm),
  );
  return { bags, isModern: hasModernKey || safes.some(({ isModern }) => isModern) };
}

function readSafe(info: Asn1Value, password: string): BagsOfFile {
  const type = oidOf(childOf(info, 0));
  const content = childOf(childOf(info, 1), 0);
  if (type === OID.data) return { bags: readSafeContents(parseDer(octetsOf(content))), isModern: false };
  if (type !== OID.encryptedData) throw new Error(`a safe of the unknown kind ${type}`);
  const encrypted = childOf(content, 1);
  const algorithm = childOf(encrypted, 1);
  const plain = decrypt({ algorithm, data: octetsOf(childOf(encrypted, 2)) }, password);
  return { bags: readSafeContents(parseDer(plain)), isModern: isModernEncryption(algorithm) };
}

const readSafeContents = (contents: Asn1Value): readonly Bag[] => childrenOf(contents).flatMap(readBag);

/** Bags of other kinds (revocation lists, secret keys) are passed over. */
function readBag(bag: Asn1Value): readonly Bag[] {
  const [id, value, attributes] = childrenOf(bag);
  const content = childOf(value, 0);
  switch (oidOf(id)) {
    case OID.keyBag: {
      return [{ kind: 'key', key: renderDer(content), ...readMarks(attributes) }];
    }
    case OID.shroudedKeyBag: {
      const key = { algorithm: childOf(content, 0), data: octetsOf(childOf(content, 1)) };
      return [{ kind: 'key', key, ...readMarks(attributes) }];
    }
    case OID.certificateBag: {
      if (oidOf(childOf(content, 0)) !== OID.x509Certificate) return [];
      const der = octetsOf(childOf(childOf(content, 1), 0));
      return [{ kind: 'certificate', der, ...readMarks(attributes) }];
    }
    case OID.safeContentsBag: {
      return readSafeContents(content);
    }
    default: {
      return [];
    }
  }
}

function readMarks(attributes: Asn1Value | undefined): Marks {
  const valueOf = (wanted: string): Asn1Value | undefined => {
    const found =
      attributes === undefined ? undefined : childrenOf(attributes).find((one) => oidOf(childOf(one, 0)) === wanted);
    return found === undefined ? undefined : childOf(childOf(found, 1), 0);
  };
  const [name, keyId] = [valueOf(OID.friendlyName), valueOf(OID.localKeyId)];
  return {
    friendlyName: name === undefined ? undefined : textOf(name),
    localKeyId: keyId === undefined ? undefined : toBinary(octetsOf(keyId)),
    javaTrusted: valueOf(OID.javaTrustedKeyUsage) !== undefined,
  };
}
