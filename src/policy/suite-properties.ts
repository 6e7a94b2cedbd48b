// What a registered name says about a cipher suite. Bits and forward secrecy come from the registry (src/tls/); the rest
// is in the name. Source: RFC 5246 appendix A.5 and C, RFC 8446 appendix B.4, RFC 9189 and 9367 (GOST).
import type { CipherSuite } from '../tls/cipher-suites.ts';
import type { SuiteMatch } from './types.ts';

export const ENCRYPTIONS = [
  'NULL',
  'RC4',
  'RC2',
  'DES',
  '3DES',
  'IDEA',
  'SEED',
  'CAMELLIA',
  'ARIA',
  'AES',
  'CHACHA20',
  'SM4',
  'AEGIS',
  'GOST28147',
  'KUZNYECHIK',
  'MAGMA',
] as const;
export const MODES = ['none', 'stream', 'CBC', 'GCM', 'CCM', 'POLY1305', 'AEGIS', 'MGM', 'CNT', 'CTR'] as const;
export const KEY_EXCHANGES = [
  'NULL',
  'RSA',
  'DH',
  'DHE',
  'ECDH',
  'ECDHE',
  'PSK',
  'KRB5',
  'SRP',
  'ECCPWD',
  'GOST',
  'TLS13',
] as const;
export const AUTHENTICATIONS = [
  'NULL',
  'RSA',
  'DSS',
  'ECDSA',
  'anon',
  'PSK',
  'KRB5',
  'SRP',
  'ECCPWD',
  'GOST',
  'TLS13',
] as const;

export type SuiteProperties = {
  readonly encryption: (typeof ENCRYPTIONS)[number];
  readonly mode: (typeof MODES)[number];
  /** DHE and ECDHE also for anonymous suites, which use fresh keys; RSA also for RSA_PSK; TLS13: not part of the suite */
  readonly keyExchange: (typeof KEY_EXCHANGES)[number];
  readonly authentication: (typeof AUTHENTICATIONS)[number];
  readonly aead: boolean;
  readonly export: boolean;
};

const AEAD: ReadonlySet<string> = new Set(['GCM', 'CCM', 'POLY1305', 'AEGIS', 'MGM']);

export function propertiesOf({ iana, isTls13 }: CipherSuite): SuiteProperties {
  const name = iana.replace(/^TLS_/, '');
  const [before, after] = name.includes('_WITH_') ? name.split('_WITH_') : ['', name];
  const [keys = '', cipher = ''] = [before, after];
  const encryption = encryptionOf(cipher);
  const mode = modeOf(cipher, encryption);
  return {
    encryption,
    mode,
    keyExchange: isTls13 ? 'TLS13' : keyExchangeOf(keys),
    authentication: isTls13 ? 'TLS13' : authenticationOf(keys),
    aead: AEAD.has(mode),
    export: keys.includes('EXPORT'),
  };
}

function encryptionOf(cipher: string): SuiteProperties['encryption'] {
  // TLS_SHA256_SHA256 of RFC 9150 signs and encrypts nothing.
  if (/^SHA\d+_SHA\d+$/.test(cipher)) return 'NULL';
  if (cipher.startsWith('28147')) return 'GOST28147';
  const found = ENCRYPTIONS.toSorted((a, b) => b.length - a.length).find((one) => cipher.startsWith(one));
  if (found === undefined) throw new RangeError(`no encryption is known in ${cipher}`);
  return found;
}

function modeOf(cipher: string, encryption: SuiteProperties['encryption']): SuiteProperties['mode'] {
  if (encryption === 'NULL') return 'none';
  if (encryption === 'RC4') return 'stream';
  const found = MODES.find((mode) => new RegExp(`(^|_)${mode}(_|$)`).test(cipher));
  if (found !== undefined) return found;
  if (encryption === 'AEGIS') return 'AEGIS';
  throw new RangeError(`no mode is known in ${cipher}`);
}

function keyExchangeOf(keys: string): SuiteProperties['keyExchange'] {
  if (keys.startsWith('GOST')) return 'GOST';
  if (/^(DHE_|DH_anon|PSK_DHE)/.test(keys)) return 'DHE';
  if (/^(ECDHE_|ECDH_anon)/.test(keys)) return 'ECDHE';
  const [first = ''] = keys.split('_');
  const found = KEY_EXCHANGES.find((one) => one === first);
  if (found === undefined) throw new RangeError(`no key exchange is known in ${keys}`);
  return found;
}

function authenticationOf(keys: string): SuiteProperties['authentication'] {
  if (keys.startsWith('GOST')) return 'GOST';
  if (keys.includes('anon')) return 'anon';
  if (keys.includes('PSK')) return 'PSK';
  const parts = keys.replace(/_EXPORT(1024)?$/, '').split('_');
  const found = AUTHENTICATIONS.find((one) => one === parts.at(-1)) ?? AUTHENTICATIONS.find((one) => one === parts[0]);
  if (found === undefined) throw new RangeError(`no authentication is known in ${keys}`);
  return found;
}

const isIn = (wanted: readonly string[] | undefined, value: string): boolean => wanted?.includes(value) ?? true;
const isSame = (wanted: boolean | undefined, value: boolean): boolean => wanted === undefined || wanted === value;

/** Every property that the rule names holds. */
export function isMatch(suite: CipherSuite, match: SuiteMatch): boolean {
  const { encryption, mode, keyExchange, authentication, aead, export: isExport } = propertiesOf(suite);
  return (
    isIn(match.names, suite.iana) &&
    isIn(match.encryption, encryption) &&
    isIn(match.mode, mode) &&
    isIn(match.keyExchange, keyExchange) &&
    isIn(match.authentication, authentication) &&
    suite.bits < (match.bitsBelow ?? Infinity) &&
    suite.bits >= (match.bitsAtLeast ?? 0) &&
    isSame(match.forwardSecrecy, suite.forwardSecrecy) &&
    isSame(match.aead, aead) &&
    isSame(match.export, isExport)
  );
}
