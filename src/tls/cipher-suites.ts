// The cipher suite registry: number, IANA, OpenSSL, OpenJDK and IBM names, look-ups both ways.
// IBM's JSSE calls every suite below TLS 1.3 SSL_...; Source: IBM SDK 8 security guide, "Cipher suites"; RFC 5746 for
// the sign that is no suite.
import { CLASSIC_SUITES } from './cipher-suites-classic.ts';
import { ELLIPTIC_SUITES } from './cipher-suites-elliptic.ts';
import { SSLV2_SUITES } from './sslv2-flight.ts';
import type { ProtocolVersion } from './types.ts';

export type CipherSuite = {
  readonly id: number;
  readonly iana: string;
  /** null: OpenSSL never had it */
  readonly openssl: string | null;
  /** name in OpenJDK; null: OpenJDK does not have it */
  readonly jsse: string | null;
  /** name that IBM's JSSE gives it, which WebSphere writes into enabledCiphers */
  readonly ibm: string;
  /** strength of the key, 112 for 3DES */
  readonly bits: number;
  readonly forwardSecrecy: boolean;
  /** belongs to TLS 1.3 and to no version before */
  readonly isTls13: boolean;
};

/** A start is short when a row is only read once somebody asks for it; a hello needs no more than numbers. */
const ROWS: ReadonlyMap<number, string> = new Map(
  [CLASSIC_SUITES, ELLIPTIC_SUITES].flatMap((table) =>
    table
      .trim()
      .split('\n')
      .map((row) => [Number.parseInt(row, 16), row] as const),
  ),
);
const known = new Map<number, CipherSuite>();

export const cipherSuites = (): readonly CipherSuite[] => [...ROWS.keys()].flatMap((id) => suiteById(id) ?? []);

/** Made when it is first asked: a plain probe looks for no names, and would wait for a thousand of them. */
let byName: ReadonlyMap<string, CipherSuite> | undefined;
const namesOfSuites = (): ReadonlyMap<string, CipherSuite> =>
  new Map(
    cipherSuites().flatMap((suite) =>
      [suite.iana, suite.ibm, suite.openssl].filter((name) => name !== null).map((name) => [name, suite] as const),
    ),
  );

function parseRow(row: string): CipherSuite {
  const [number = '', name = '', openssl = '-', bits = '0', marks = ''] = row.split(' ');
  const isTls13 = isOfTls13(row);
  const iana = `TLS_${name}`;
  const jsse = marks.includes('s') ? `SSL_${name}` : iana;
  return {
    id: Number.parseInt(number, 16),
    iana,
    openssl: openssl === '-' ? null : openssl,
    jsse: /[st]/.test(marks) ? jsse : null,
    ibm: isTls13 ? iana : `SSL_${name}`,
    bits: Number(bits),
    forwardSecrecy: isTls13 || marks.includes('f'),
    isTls13,
  };
}

/** TLS 1.3 suites name no key exchange; the GOST ones with the mode MGM are of TLS 1.3 too (RFC 9367). */
const isOfTls13 = (row: string): boolean => !row.includes('_WITH_') || row.includes('_MGM_');

export function suiteById(id: number): CipherSuite | undefined {
  const row = ROWS.get(id);
  const suite = known.get(id) ?? (row === undefined ? undefined : parseRow(row));
  if (suite !== undefined) known.set(id, suite);
  return suite;
}

/** Finds a suite by its IANA, OpenJDK, IBM or OpenSSL name. */
export const suiteByName = (name: string): CipherSuite | undefined => (byName ??= namesOfSuites()).get(name);

/** IANA name of any known name, `SSL_RSA_WITH_AES_128_CBC_SHA` -> `TLS_RSA_WITH_AES_128_CBC_SHA`; undefined if unknown */
export const ianaName = (name: string): string | undefined => suiteByName(name)?.iana;

/** The name that IBM's JSSE uses; undefined if unknown. */
export const ibmName = (name: string): string | undefined => suiteByName(name)?.ibm;

/** `0xC02F` */
export const renderSuiteId = (id: number): string => `0x${id.toString(16).toUpperCase().padStart(4, '0')}`;

const NUMBERS = [...ROWS].map(([id, row]) => ({ id, isTls13: isOfTls13(row) }));
const TLS13 = NUMBERS.filter(({ isTls13 }) => isTls13).map(({ id }) => id);
/** Without TLS_NULL_WITH_NULL_NULL, the state before the first handshake, which may not be negotiated. */
const BEFORE_TLS13 = NUMBERS.filter(({ id, isTls13 }) => !isTls13 && id !== 0).map(({ id }) => id);

/** Everything that may be asked for in a hello of this version. */
export function suitesFor(version: ProtocolVersion): readonly number[] {
  if (version === 'SSLv2') return SSLV2_SUITES;
  return version === 'TLSv1.3' ? TLS13 : BEFORE_TLS13;
}

/** Suites that servers of all years have, few enough for a hello below 256 bytes: some old stacks refuse longer ones. */
export function commonSuitesFor(version: ProtocolVersion): readonly number[] {
  if (version === 'SSLv2' || version === 'TLSv1.3') return suitesFor(version);
  return cipherSuites()
    .filter(
      ({ id, jsse, iana, isTls13 }) =>
        jsse !== null && !isTls13 && id !== 0 && /^TLS_(ECDHE_|DHE_|)(RSA|ECDSA)_WITH_/.test(iana),
    )
    .map(({ id }) => id);
}
