// A profile's client side: properties/ssl.client.props and soap.client.props, as the product ships them, and what the
// command-line tools read from them. Form: real files of WAS 8.5 (repeated keys per block, a commented template at the
// end). A block begins with com.ibm.ssl.alias; the block of com.ibm.ssl.defaultAlias is the one in use.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Secret } from '../core/secret.ts';
import { parsePassword } from '../products/websphere/xor.ts';

export type ClientProperties = {
  readonly protocol: string;
  readonly signerPrompt: boolean;
  readonly alias: string;
  readonly trustStoreName: string;
  readonly trustStore: string;
  readonly trustStorePassword: Secret;
  readonly user: string;
  readonly password: Secret;
  readonly keyStore: string;
  readonly keyStorePassword: Secret;
  /** '': any that fits */
  readonly keyAlias: string;
  readonly comparesNames: boolean;
  /** undefined: FIPS mode is off */
  readonly fipsLevel: string | undefined;
};

const storeLines = (kind: 'key' | 'trust', name: string, file: string, prefix = ''): readonly string[] => [
  `${prefix}com.ibm.ssl.${kind}StoreName=${name}`,
  `${prefix}com.ibm.ssl.${kind}Store=\${user.root}/etc/${file}`,
  `${prefix}com.ibm.ssl.${kind}StorePassword=${encodeXor('WebAS')}`,
  `${prefix}com.ibm.ssl.${kind}StoreType=PKCS12`,
  `${prefix}com.ibm.ssl.${kind}StoreProvider=IBMJCE`,
  `${prefix}com.ibm.ssl.${kind}StoreFileBased=true`,
];

const blockLines = (
  alias: string,
  protocol: string,
  prompt: string,
  stores: string,
  prefix = '',
): readonly string[] => [
  `${prefix}com.ibm.ssl.alias=${alias}`,
  `${prefix}com.ibm.ssl.protocol=${protocol}`,
  `${prefix}com.ibm.ssl.securityLevel=HIGH`,
  `${prefix}com.ibm.ssl.trustManager=IbmPKIX`,
  `${prefix}com.ibm.ssl.keyManager=IbmX509`,
  `${prefix}com.ibm.ssl.contextProvider=IBMJSSE2`,
  `${prefix}com.ibm.ssl.enableSignerExchangePrompt=${prompt}`,
  '#com.ibm.ssl.keyStoreClientAlias=default',
  '#com.ibm.ssl.enabledCipherSuites=',
  '',
  '# key store',
  ...storeLines('key', `${stores}KeyStore`, 'key.p12', prefix),
  '',
  '# trust store',
  ...storeLines('trust', `${stores}TrustStore`, 'trust.p12', prefix),
  `${prefix}com.ibm.ssl.trustStoreReadOnly=false`,
  '',
];

export const renderSslClientProperties = (profileRoot: string, protocol: string): string =>
  [
    '#-------------------------------------------------------------------------',
    '# SSL properties of client processes of this profile',
    '#-------------------------------------------------------------------------',
    'com.ibm.ssl.defaultAlias=DefaultSSLSettings',
    'com.ibm.ssl.performURLHostNameVerification=false',
    'com.ibm.ssl.validationEnabled=false',
    'com.ibm.security.useFIPS=false',
    `user.root=${profileRoot}`,
    '',
    'com.ibm.ssl.defaultCertReqAlias=default',
    'com.ibm.ssl.defaultCertReqDays=365',
    'com.ibm.ssl.defaultCertReqKeySize=2048',
    'com.ibm.jsse2.checkRevocation=false',
    'com.ibm.security.enableCRLDP=false',
    '#ocsp.enable=true',
    '',
    '# The configuration of all client connections; a block starts with its alias.',
    ...blockLines('DefaultSSLSettings', protocol, 'gui', 'ClientDefault'),
    '# A template for another configuration: uncomment and change it.',
    ...blockLines('AnotherSSLSettings', 'SSL_TLS', 'true', 'Another', '#'),
  ].join('\n');

// Without a last line end, as shipped.
export const renderSoapClientProperties = (): string =>
  [
    '# JMX SOAP connector client',
    'com.ibm.SOAP.securityEnabled=true',
    'com.ibm.SOAP.authenticationTarget=BasicAuth',
    '',
    'com.ibm.SOAP.loginUserid=',
    'com.ibm.SOAP.loginPassword=',
    '',
    '# prompt, stdin, krb5Ccache, or nothing',
    'com.ibm.SOAP.loginSource=prompt',
    '',
    'com.ibm.SOAP.requestTimeout=180',
    '',
    'com.ibm.ssl.alias=DefaultSSLSettings',
  ].join('\n');

/** @throws Error when a file is missing or names no protocol */
export async function readClientProperties(profileRoot: string): Promise<ClientProperties> {
  const ssl = pairs(await readFile(path.join(profileRoot, 'properties/ssl.client.props'), 'latin1'));
  const soap = new Map(pairs(await readFile(path.join(profileRoot, 'properties/soap.client.props'), 'latin1')));
  const globals = new Map(ssl.slice(0, indexOfAlias(ssl, 0)));
  const alias = globals.get('com.ibm.ssl.defaultAlias') ?? '';
  const block = blockOf(ssl, alias);
  const value = (name: string): string => block.get(`com.ibm.ssl.${name}`) ?? '';
  if (value('protocol') === '') throw new Error(`ssl.client.props: block ${alias} has no com.ibm.ssl.protocol`);
  return {
    alias,
    protocol: value('protocol'),
    signerPrompt: value('enableSignerExchangePrompt') !== 'false',
    trustStoreName: value('trustStoreName'),
    trustStore: value('trustStore').replace('${user.root}', globals.get('user.root') ?? profileRoot),
    trustStorePassword: parsePassword(value('trustStorePassword'), 'password of the client trust store'),
    keyStore: value('keyStore').replace('${user.root}', globals.get('user.root') ?? profileRoot),
    keyStorePassword: parsePassword(value('keyStorePassword'), 'password of the client key store'),
    keyAlias: value('keyStoreClientAlias'),
    comparesNames: globals.get('com.ibm.ssl.performURLHostNameVerification') === 'true',
    fipsLevel:
      globals.get('com.ibm.security.useFIPS') === 'true'
        ? (globals.get('com.ibm.websphere.security.FIPSLevel') ?? '')
        : undefined,
    user: soap.get('com.ibm.SOAP.loginUserid') ?? '',
    password: parsePassword(soap.get('com.ibm.SOAP.loginPassword') ?? '', 'com.ibm.SOAP.loginPassword'),
  };
}

const pairs = (text: string): readonly (readonly [string, string])[] =>
  [...text.matchAll(/^[ \t]*([^#!\s=:][^\s=:]*)[ \t]*[=:][ \t]*(.*?)\r?$/gm)].map(([, key = '', value = '']) => [
    key,
    value,
  ]);

function indexOfAlias(all: readonly (readonly [string, string])[], from: number): number {
  const at = all.findIndex(([key], index) => index >= from && key === 'com.ibm.ssl.alias');
  return at === -1 ? all.length : at;
}

function blockOf(all: readonly (readonly [string, string])[], alias: string): ReadonlyMap<string, string> {
  const start = all.findIndex(([key, value]) => key === 'com.ibm.ssl.alias' && value === alias);
  return new Map(start === -1 ? [] : all.slice(start, indexOfAlias(all, start + 1)));
}

/** {xor}: every byte XOR 0x5f, base64; hides, does not protect. */
const encodeXor = (value: string): string =>
  `{xor}${Buffer.from(Buffer.from(value).map((byte) => byte ^ 0x5f)).toString('base64')}`;
