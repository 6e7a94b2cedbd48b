// What a server and a multiplexor take from iim.conf when they start. Sources: Instant Messaging 7.2 Administration Guide,
// tables 12-1, 12-2 and. Not documented: what happens with a word that is neither true nor false; here it is false.
import path from 'node:path';
import type { ProtocolVersion } from '../../tls/types.ts';
import { addressIn, words } from './conf.ts';
import type { Conf } from './conf.ts';

export type Place = { readonly address: string; readonly port: number };

export type Coserver = Place & { readonly name: string; readonly domain: string; readonly requiresTls: boolean };

export type ServerSettings = {
  readonly domain: string;
  /** of other servers, and of clients without a multiplexor */
  readonly ports: readonly Place[];
  /** of the multiplexor */
  readonly link: Place | undefined;
  /** undefined: no startTLS */
  readonly keyStore: string | undefined;
  readonly passwordFile: string;
  readonly requiresTls: boolean;
  readonly trustsAll: boolean;
  readonly coservers: readonly Coserver[];
  readonly versions: readonly ProtocolVersion[];
};

export type MuxSettings = {
  readonly listen: Place;
  readonly server: Place;
  readonly legacySsl: boolean;
  readonly folder: string;
  readonly keyPrefix: string;
  readonly certificatePrefix: string;
  readonly moduleFile: string;
  readonly nickname: string;
  readonly passwordFile: string;
};

const isTrue = (conf: Conf, key: string, otherwise: boolean): boolean => {
  const word = conf.get(key);
  return word === undefined ? otherwise : word.toLowerCase() === 'true';
};

/** @param folder of iim.conf: relative paths begin there */
export function readServerSettings(conf: Conf, folder: string): ServerSettings {
  const file = (key: string): string | undefined => {
    const name = conf.get(key);
    return name === undefined || name === '' ? undefined : path.resolve(folder, name);
  };
  const listed = words(conf.get('iim_server.port') ?? '5269').flatMap((word) => addressIn(word) ?? []);
  const domain = conf.get('iim_server.domainname') ?? '';
  return {
    domain: domain.toLowerCase(),
    ports: isTrue(conf, 'iim_server.useport', true) ? listed : [],
    link: isTrue(conf, 'iim_server.usemuxport', true)
      ? addressIn(conf.get('iim_mux.serverport') ?? '45222')
      : undefined,
    keyStore: file('iim_server.sslkeystore'),
    passwordFile: file('iim_server.keystorepasswordfile') ?? path.resolve(folder, 'sslpassword.conf'),
    requiresTls: isTrue(conf, 'iim_server.requiressl', false),
    trustsAll: isTrue(conf, 'iim_server.trust_all_cert', false),
    coservers: words(conf.get('iim_server.coservers') ?? '').flatMap((name) => {
      const part = (which: string): string | undefined => conf.get(`iim_server.${name}.${which}`);
      const place = addressIn(part('host') ?? '');
      if (place === undefined) return [];
      const requiresTls = isTrue(conf, `iim_server.${name}.requiressl`, false);
      return [{ ...place, name, domain: (part('domain') ?? '').toLowerCase(), requiresTls }];
    }),
    versions: versionsOf(conf.get('iim.jvm.command') ?? ''),
  };
}

/** The guide: startTLS is TLS 1.0, from Java 1.5 on. Assumed, not documented: a Java 8 brings the versions it has itself. */
const versionsOf = (java: string): readonly ProtocolVersion[] =>
  java.includes('java-8') ? ['TLSv1', 'TLSv1.1', 'TLSv1.2'] : ['TLSv1'];

/** @throws Error when a port cannot be read */
export function readMuxSettings(conf: Conf, folder: string): MuxSettings {
  const place = (key: string, otherwise: string): Place => {
    const found = addressIn(conf.get(key) ?? otherwise);
    if (found === undefined) throw new Error(`${key} is no port: ${conf.get(key)}`);
    return found;
  };
  return {
    listen: place('iim_mux.listenport', '5222'),
    server: place('iim_mux.serverport', '45222'),
    legacySsl: conf.get('iim_mux.usessl')?.toLowerCase() === 'on',
    folder: path.resolve(folder, conf.get('iim_mux.secconfigdir') ?? '.'),
    keyPrefix: conf.get('iim_mux.keydbprefix') ?? '',
    certificatePrefix: conf.get('iim_mux.certdbprefix') ?? '',
    moduleFile: conf.get('iim_mux.secmodfile') ?? 'secmod.db',
    nickname: conf.get('iim_mux.certnickname') ?? 'Multiplexor-Cert',
    passwordFile: path.resolve(folder, conf.get('iim_mux.keystorepasswordfile') ?? 'sslpassword.conf'),
  };
}

/** `Internal (Software) Token:password`; undefined: there is no such line */
export const passwordIn = (text: string): string | undefined =>
  /^Internal \(Software\) Token:(.+)$/m.exec(text.replaceAll('\r', '\n'))?.[1];
