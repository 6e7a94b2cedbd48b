// A cell in memory behind the wsadmin ports: a saved configuration, a workspace, and AdminTask answers in the documented
// text forms. Only what the operations use.
import { createHash } from 'node:crypto';
import { OperatorError } from '../../src/core/errors.ts';
import { exposeSecret, Secret } from '../../src/core/secret.ts';
import type { WsadminArgument, WsadminWriter } from '../../src/core/wsadmin.ts';
import { isChangingCall, isReadingCall } from '../../src/products/websphere/wsadmin-calls.ts';
import { messaging } from './chain.ts';
import type { FakeHost } from './fake-host.ts';
import { renderSecurityXml } from './fake-security-xml.ts';

export type FakeStore = {
  personal: { alias: string; chain: string[] }[];
  signers: { alias: string; sha1: string; pem: string }[];
};
export type FakeConfiguration = {
  alias: string;
  scope: string;
  protocol: string;
  securityLevel: string;
  enabledCiphers: string;
  keyStore: string;
};
export type FakeGroup = {
  name: string;
  scope: string;
  direction: string;
  configuration: string;
  configurationScope: string;
  certificateAlias: string;
};
export type CellModel = {
  /** key: name and scope, as in `CellDefaultKeyStore (cell):c1` */
  stores: Record<string, FakeStore>;
  configurations: FakeConfiguration[];
  groups: FakeGroup[];
  fips: boolean;
};

export type FakeCell = {
  readonly writer: WsadminWriter;
  /** what is saved */
  saved: CellModel;
  readonly calls: string[];
  resets: number;
  /** the next save fails with this error */
  failSave: OperatorError | undefined;
};

export const PROTOCOLS = ['SSL_TLS', 'SSL_TLSv2', 'TLSv1', 'TLSv1.1', 'TLSv1.2'];
export const CIPHERS: Readonly<Record<string, string>> = {
  HIGH: 'SSL_ECDHE_RSA_WITH_AES_256_GCM_SHA384\nSSL_RSA_WITH_AES_128_GCM_SHA256',
  MEDIUM: 'SSL_RSA_WITH_3DES_EDE_CBC_SHA',
  LOW: '',
};

/** @param securityXml where the host shows the saved configuration */
export function makeFakeCell(cell: string, model: CellModel, host: FakeHost, securityXml: string): FakeCell {
  let workspace = structuredClone(model);
  const documents = new Set<string>();
  const publish = (): void => host.write(securityXml, renderSecurityXml(cell, fake.saved));

  const call = (name: string, args: readonly WsadminArgument[]): string => {
    fake.calls.push(name);
    const [options = []] = args;
    if (!Array.isArray(options)) throw new Error(`${name}: options must be a list`);
    return answer(name, pairsOf(options), { workspace, documents, host, cell });
  };

  const fake: FakeCell = {
    saved: structuredClone(model),
    calls: [],
    resets: 0,
    failSave: undefined,
    writer: {
      cell,
      query: async (name, ...args) => {
        if (!isReadingCall(name)) throw new Error(`${name} does not read`);
        return call(name, args);
      },
      change: async (name, ...args) => {
        if (!isChangingCall(name)) throw new Error(`${name} does not change`);
        return call(name, args);
      },
      save: async (expected) => {
        if (fake.failSave !== undefined) throw fake.failSave;
        const odd = [...documents].find((document) => !expected.includes(document));
        if (odd !== undefined) throw new OperatorError('UNEXPECTED_CHANGES', `unexpected ${odd}`);
        fake.saved = structuredClone(workspace);
        const done = [...documents];
        documents.clear();
        publish();
        return done;
      },
      reset: async () => {
        fake.resets += 1;
        documents.clear();
        workspace = structuredClone(fake.saved);
      },
    },
  };
  publish();
  return fake;
}

type Option = (name: string) => string;
type Place = {
  readonly workspace: CellModel;
  readonly documents: Set<string>;
  readonly host: FakeHost;
  readonly cell: string;
};

function pairsOf(words: readonly (string | Secret)[]): Option {
  const pairs = new Map<string, string>();
  for (let at = 0; at < words.length; at += 2) {
    const value = words[at + 1] ?? '';
    pairs.set(String(words[at]).slice(1), value instanceof Secret ? exposeSecret(value) : value);
  }
  return (name) => {
    const value = pairs.get(name);
    if (value === undefined) throw new Error(`option -${name} is missing`);
    return value;
  };
}

function failure(text: string): never {
  throw new OperatorError('WSADMIN_FAILED', text);
}

const renderCertificate = (alias: string, sha1: string): string =>
  `[ [alias ${alias}] [issuedTo CN=x] [issuedBy CN=y] [fingerPrint ${sha1}] [validity Valid from a to b.] ]`;

function answer(call: string, option: Option, { workspace, documents, host, cell }: Place): string {
  const { stores, configurations, groups, fips } = workspace;
  const store = (): FakeStore =>
    stores[`${option('keyStoreName')} ${option('keyStoreScope')}`] ?? failure('no such key store');
  const touch = (kind: 'key' | 'trust'): void => {
    const node = /\(node\):(.*)$/.exec(option('keyStoreScope'))?.[1];
    documents.add(`cells/${cell}/${node === undefined ? '' : `nodes/${node}/`}${kind}.p12`);
  };
  const configuration = (alias: string, scope: string): FakeConfiguration =>
    configurations.find((one) => one.alias === alias && one.scope === scope) ?? failure('no such SSL configuration');
  const isGroup = (group: FakeGroup): boolean =>
    group.name === option('name') && group.direction === option('direction') && group.scope === option('scopeName');
  const group = (): FakeGroup => ({
    name: option('name'),
    scope: option('scopeName'),
    direction: option('direction'),
    configuration: option('sslConfigAliasName'),
    configurationScope: option('sslConfigScopeName'),
    certificateAlias: option('certificateAlias'),
  });
  const aliases = (): readonly string[] => [...store().personal, ...store().signers].map(({ alias }) => alias);
  const keyFile = (): void => {
    if (host.text(option('keyFilePath')) !== new TextDecoder().decode(messaging.bytes)) failure('no such key file');
    if (option('keyFilePassword') !== 'p12 password') failure('wrong password');
  };

  switch (call.replace('AdminTask.', '')) {
    case 'listPersonalCertificates':
      return store()
        .personal.flatMap(({ alias, chain }) => chain.map((sha1) => renderCertificate(alias, sha1)))
        .join('\n');
    case 'listSignerCertificates':
      return store()
        .signers.map(({ alias, sha1 }) => renderCertificate(alias, sha1))
        .join('\r\n');
    case 'addSignerCertificate': {
      if (aliases().includes(option('certificateAlias'))) failure('alias exists');
      const pem = host.text(option('certificateFilePath')) ?? failure('no such file');
      const der = Buffer.from(pem.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
      const hex = createHash('sha1').update(der).digest('hex').toUpperCase();
      store().signers.push({ alias: option('certificateAlias'), sha1: (hex.match(/../g) ?? []).join(':'), pem });
      touch('trust');
      return '';
    }
    case 'deleteSignerCertificate':
      store().signers = store().signers.filter(({ alias }) => alias !== option('certificateAlias'));
      touch('trust');
      return '';
    case 'listKeyFileAliases':
      keyFile();
      return messaging.facts.aliasInFile;
    case 'importCertificate':
      keyFile();
      if (option('certificateAliasFromKeyFile') !== messaging.facts.aliasInFile) failure('no such alias in the file');
      store().personal.push({
        alias: option('certificateAlias'),
        chain: messaging.facts.chain.map(({ sha1 }) => sha1),
      });
      touch('key');
      return '';
    case 'deleteCertificate':
      store().personal = store().personal.filter(({ alias }) => alias !== option('certificateAlias'));
      touch('key');
      return '';
    case 'listSSLConfigs':
      return configurations.map(({ alias, scope }) => `alias: ${alias} managementScope: ${scope} `).join('\n');
    case 'getSSLConfig': {
      const { alias, protocol, securityLevel, enabledCiphers } = configuration(option('alias'), option('scopeName'));
      return `[ [alias ${alias}] [clientAuthentication false] [securityLevel ${securityLevel}] [enabledCiphers ${enabledCiphers}] [sslProtocol ${protocol}] [keyStore K(cells/${cell}|security.xml#KeyStore_1)] [trustStore T(cells/${cell}|security.xml#KeyStore_2)] ]`;
    }
    case 'modifySSLConfig': {
      const found = configuration(option('alias'), option('scopeName'));
      found.protocol = option('sslProtocol');
      try {
        [found.securityLevel, found.enabledCiphers] = [option('securityLevel'), option('enabledCiphers')];
      } catch {
        // Attributes that are not given stay.
      }
      documents.add(`cells/${cell}/security.xml`);
      return '';
    }
    case 'getFipsInfo':
      return `[[fipsEnabled ${fips}] [fipsLevel ] [suiteBLevel ]]`;
    case 'listSSLProtocolTypes':
      return PROTOCOLS.join('\n');
    case 'listSSLCiphers':
      return CIPHERS[option('securityLevel')] ?? '';
    case 'createSSLConfigGroup':
      if (groups.some(isGroup)) failure('group exists');
      groups.push(group());
      documents.add(`cells/${cell}/security.xml`);
      return '';
    case 'modifySSLConfigGroup':
    case 'deleteSSLConfigGroup':
      if (!groups.some(isGroup)) failure('no such group');
      workspace.groups = groups.filter((one) => !isGroup(one));
      if (call.includes('modify')) workspace.groups.push(group());
      documents.add(`cells/${cell}/security.xml`);
      return '';
    default:
      throw new Error(`the fake cell does not know ${call}`);
  }
}
