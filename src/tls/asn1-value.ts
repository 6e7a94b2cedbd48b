// ASN.1 values as key stores use them, on top of node-forge's reader and writer. Reading is by shape: anything else than
// the asked-for shape throws, and openPkcs12 turns that into KEYSTORE_FORMAT.
import forge from 'node-forge';

export type Asn1Value = forge.asn1.Asn1;

const { Class, Type } = forge.asn1;

export const parseDer = (bytes: Uint8Array): Asn1Value => forge.asn1.fromDer(toBinary(bytes), true);
export const renderDer = (value: Asn1Value): Uint8Array => fromBinary(forge.asn1.toDer(value).getBytes());

/** node-forge keeps bytes as text of char codes 0 to 255. */
export const toBinary = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
export const fromBinary = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

const wrongShape = (wanted: string): Error => new Error(`the ASN.1 has no ${wanted} where one must be`);

export function childrenOf(value: Asn1Value | undefined): readonly Asn1Value[] {
  if (value === undefined || !Array.isArray(value.value)) throw wrongShape('structure');
  return value.value;
}

export function childOf(value: Asn1Value | undefined, index: number): Asn1Value {
  const child = childrenOf(value)[index];
  if (child === undefined) throw wrongShape(`part ${index + 1}`);
  return child;
}

export function oidOf(value: Asn1Value | undefined): string {
  if (value?.type !== Type.OID || typeof value.value !== 'string') throw wrongShape('object identifier');
  return forge.asn1.derToOid(value.value);
}

/** Content of an octet string; BER may cut it into pieces, and an implicit tag may hide that it is one. */
export function octetsOf(value: Asn1Value | undefined): Uint8Array {
  if (value === undefined) throw wrongShape('octet string');
  if (typeof value.value === 'string') return fromBinary(value.value);
  return Uint8Array.from(value.value.flatMap((piece) => [...octetsOf(piece)]));
}

export function integerOf(value: Asn1Value | undefined): number {
  if (value?.type !== Type.INTEGER || typeof value.value !== 'string') throw wrongShape('integer');
  if (value.value.length > 4) throw new Error('an integer in the ASN.1 is out of range');
  return forge.asn1.derToInteger(value.value);
}

export const isInteger = (value: Asn1Value | undefined): boolean => value?.type === Type.INTEGER;

/** node-forge has decoded the UTF-16 of a BMPString already. */
export function textOf(value: Asn1Value | undefined): string {
  if (typeof value?.value !== 'string') throw wrongShape('text');
  return value.value;
}

const universal = (type: forge.asn1.Type, isConstructed: boolean, value: string | Asn1Value[]): Asn1Value =>
  forge.asn1.create(Class.UNIVERSAL, type, isConstructed, value);

export const sequence = (...parts: readonly Asn1Value[]): Asn1Value => universal(Type.SEQUENCE, true, [...parts]);
export const set = (...parts: readonly Asn1Value[]): Asn1Value => universal(Type.SET, true, [...parts]);
export const oid = (dotted: string): Asn1Value => universal(Type.OID, false, forge.asn1.oidToDer(dotted).getBytes());
export const octets = (bytes: Uint8Array): Asn1Value => universal(Type.OCTETSTRING, false, toBinary(bytes));
export const integer = (value: number): Asn1Value =>
  universal(Type.INTEGER, false, forge.asn1.integerToDer(value).getBytes());
export const nothing = (): Asn1Value => universal(Type.NULL, false, '');
export const bmpText = (text: string): Asn1Value => universal(Type.BMPSTRING, false, text);
export const bits = (bytes: Uint8Array): Asn1Value => universal(Type.BITSTRING, false, `\0${toBinary(bytes)}`);

/** explicit context tag [0] */
export const tagged = (value: Asn1Value): Asn1Value =>
  forge.asn1.create(Class.CONTEXT_SPECIFIC, Type.NONE, true, [value]);
/** implicit context tag [0] over an octet string */
export const taggedOctets = (bytes: Uint8Array): Asn1Value =>
  forge.asn1.create(Class.CONTEXT_SPECIFIC, Type.NONE, false, toBinary(bytes));
