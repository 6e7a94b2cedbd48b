// What a community server or mux takes from its own files when it starts: ports with their modes, and per scope the stores
// and limits of TLS, as far as the security level leaves them. Which scope is for what: STSRV_ the server port and the calls
// to server ports, STMUX_ the client port, STLDAP_ the calls to LDAP, each falling back to ST_ key by key. Absent versions
// mean TLS 1.2 (HCL 11.6; an older page says 1.0 to 1.2).
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Secret } from '../../core/secret.ts';
import type { ServedKey } from '../stores.ts';
import { keyOf, openStoreBytes, signersOf } from '../stores.ts';
import type { VersionRange } from '../tls-client.ts';
import type { LabIni } from './ini.ts';
import { readLabIni } from './ini.ts';
import { isStrongEnough, lowestVersion, remainingCiphers } from './security-level.ts';
import type { Level } from './security-level.ts';
import { namesOf } from './names.ts';
import { readStash, stashPasswords } from './stash.ts';

export type ScopeTls = {
  readonly key: ServedKey | undefined;
  /** undefined: no trust store is named, so it cannot call with TLS */
  readonly trust: readonly X509Certificate[] | undefined;
  readonly versions: VersionRange | undefined;
  readonly ciphers: string | undefined;
  readonly clientAuthentication: 'none' | 'want' | 'need';
  readonly trustedNames: readonly string[];
  readonly level: Level;
};

/** A port of 0 is closed. */
export type PortModes = { readonly plain: number; readonly tls: number };

export type MemberSettings = {
  readonly server: PortModes;
  readonly client: PortModes;
  readonly scopes: Readonly<Record<'STSRV_' | 'STMUX_' | 'STLDAP_', ScopeTls>>;
};

export type UsualPorts = { readonly server: number; readonly client: number };

/** @param tell gets one text per thing that was found or dropped */
export function readMemberSettings(file: string, usual: UsualPorts, tell: (text: string) => void): MemberSettings {
  const before = readLabIni(file);
  for (const key of stashPasswords(file, before)) tell(`${key} was stashed and removed from ${path.basename(file)}`);
  // As read before: the server had the password in its hand when it wrote the stash.
  const scope = (name: 'STSRV_' | 'STMUX_' | 'STLDAP_'): ScopeTls => readScope(file, before, name, tell);
  return {
    server: portModes(before, 'Connectivity', 'VPS', usual.server),
    client: clientModes(file, before, usual.client),
    scopes: { STSRV_: scope('STSRV_'), STMUX_: scope('STMUX_'), STLDAP_: scope('STLDAP_') },
  };
}

/** A plain port that is absent, empty or 0 is closed once the TLS port is there: how a real server wants strict to be
 * written is on no page that could be read. */
function portModes(ini: LabIni, section: string, prefix: string, usual: number): PortModes {
  const [plain, tls] = ['_PORT', '_TLS_PORT'].map((name) => ini.value(section, prefix + name));
  if (plain === undefined && tls === undefined) return { plain: usual, tls: 0 };
  return { plain: Number(plain ?? 0) || 0, tls: Number(tls ?? 0) || 0 };
}

/** Without its switch in [Debug] the client port's keys are overwritten by the connectivity document of stconfig.nsf, for
 * which the file stconfig.lab stands. */
function clientModes(file: string, ini: LabIni, usual: number): PortModes {
  if (ini.value('Debug', 'VPMX_DISABLE_CONFIGURATION_UPDATE') === '1') return portModes(ini, 'Debug', 'VPMX', usual);
  const document = path.join(path.dirname(file), 'stconfig.lab');
  if (!existsSync(document)) return { plain: usual, tls: 0 };
  return portModes(readLabIni(document), 'CommunityConnectivity', 'VPMX', usual);
}

const VERSIONS = { 0x301: 'TLSv1', 0x302: 'TLSv1.1', 0x303: 'TLSv1.2' } as const;
const isVersion = (value: number): value is keyof typeof VERSIONS => value in VERSIONS;
const LEVELS: readonly Level[] = [0, 1, 2, 3, 4];

function readScope(file: string, ini: LabIni, prefix: string, tell: (text: string) => void): ScopeTls {
  const setting = (name: string): string | undefined => {
    const own = ini.value('Config', `${prefix}TLS_${name}`);
    return own === undefined || own === '' ? ini.value('Config', `ST_TLS_${name}`) : own;
  };
  const list = (name: string): readonly string[] | undefined => {
    const items = (setting(name) ?? '').split(',').map((item) => item.trim());
    return items.some((item) => item !== '') ? items : undefined;
  };
  const level = LEVELS.find((one) => String(one) === (setting('SECURITY_LEVEL') ?? '0')) ?? 0;
  const fips = setting('FIPS_COMPLIANCE') === '1';
  const say = (text: string): void => tell(`${prefix}: ${text}`);
  const kept = (what: string, certificate: X509Certificate): boolean => {
    if (isStrongEnough(level, certificate)) return true;
    say(`${what} ${certificate.subject} discarded by security level ${level}`);
    return false;
  };
  const open = (store: 'KEY' | 'TRUST') => openNamed(file, setting, store, say);
  const keyStore = open('KEY');
  const label = setting('KEY_LABEL');
  const aliases = label === undefined || label === '' ? (keyStore?.personal.map(({ alias }) => alias) ?? []) : [label];
  const key = aliases
    .flatMap((alias) => (keyStore === undefined ? [] : (keyOf(keyStore, alias) ?? [])))
    .find((one) => chainOf(one).every((certificate) => kept('certificate', certificate)));
  if (keyStore !== undefined && key === undefined) say('the key store has no usable certificate');
  const trustStore = open('TRUST');
  const trust =
    trustStore === undefined ? undefined : signersOf(trustStore).filter((one) => kept('trusted certificate', one));
  const [low, high] = [
    Number(setting('MIN_PROTOCOL_VERSION') ?? 0x303),
    Number(setting('MAX_PROTOCOL_VERSION') ?? 0x303),
  ];
  const lowest = Math.max(low, lowestVersion(level));
  const isRange = isVersion(lowest) && isVersion(high) && lowest <= high;
  const own = key === undefined ? [] : chainOf(key).slice(0, 1).flatMap(namesOf);
  return {
    key,
    trust,
    versions: isRange ? { minVersion: VERSIONS[lowest], maxVersion: VERSIONS[high] } : undefined,
    ciphers: remainingCiphers(level, fips, list('CIPHER_SUITES')),
    clientAuthentication: (['none', 'want', 'need'] as const)[Number(setting('CLIENT_AUTH') ?? 0)] ?? 'none',
    trustedNames: setting('MIRROR_TRUSTED_HOSTS') === '1' ? own : (list('TRUSTED_HOSTS') ?? []),
    level,
  };
}

const chainOf = ({ chain }: ServedKey): readonly X509Certificate[] => chain.map((pem) => new X509Certificate(pem));

/** The Java of these servers reads PKCS12 of the old form only (RC2, 3DES). A store that cannot be opened is as good as none. */
function openNamed(
  ini: string,
  setting: (name: string) => string | undefined,
  store: 'KEY' | 'TRUST',
  say: (text: string) => void,
) {
  const name = setting(`${store}_STORE_FILE`);
  if (name === undefined || name === '') return undefined;
  try {
    const file = path.resolve(path.dirname(ini), name);
    const stash = setting(`${store}_STORE_PASSWORD_STASH_FILE`);
    const written = new Secret(setting(`${store}_STORE_PASSWORD`) ?? '', `${store}_STORE_PASSWORD`);
    const password = stash === undefined || stash === '' ? written : readStash(path.resolve(path.dirname(ini), stash));
    const content = openStoreBytes(readFileSync(file), password);
    if (!content.legacy) throw new Error('ASN.1 of PBES2 is not understood by this Java');
    return content;
  } catch (error) {
    say(
      `${store.toLowerCase()} store ${name} cannot be used: ${error instanceof Error ? error.message : String(error)}`,
    );
    return { legacy: true, personal: [], signers: [] };
  }
}
