import { describe, expect, test } from 'vitest';
import { parseSecurityXml } from '../../../src/products/websphere/security-xml.ts';
import { parseServerIndex } from '../../../src/products/websphere/serverindex.ts';
import { renderSecurityXml, renderServerIndex, type SecurityParts } from './configuration-files.ts';

const source = { host: 'dm', path: 'config/cells/c1/security.xml' };
const refused = (part: string): unknown =>
  expect.objectContaining({
    code: 'REMOTE_REPLY',
    message: expect.stringContaining(`dm: config/cells/c1/security.xml: ${part}`),
  });

describe('security.xml', () => {
  test('becomes objects joined by name and scope', () => {
    const cellStore = { name: 'CellDefaultKeyStore', scope: '(cell):c1' };
    const nodeStore = { name: 'NodeDefaultKeyStore', scope: '(cell):c1:(node):n1' };
    const model = parseSecurityXml(renderSecurityXml(), source);
    expect(model.configurations).toEqual([
      {
        alias: 'CellDefaultSSLSettings',
        scope: '(cell):c1',
        protocol: 'SSL_TLSv2',
        securityLevel: 'HIGH',
        enabledCiphers: '',
        clientAuthentication: false,
        keyStore: cellStore,
        trustStore: { ...cellStore, name: 'CellDefaultTrustStore' },
      },
      {
        alias: 'NodeDefaultSSLSettings',
        scope: '(cell):c1:(node):n1',
        protocol: 'TLSv1.2',
        securityLevel: 'CUSTOM',
        enabledCiphers: 'A B',
        clientAuthentication: true,
        keyStore: nodeStore,
        trustStore: nodeStore,
      },
    ]);
    expect(model.groups).toEqual([
      {
        name: 'c1',
        scope: '(cell):c1',
        direction: 'inbound',
        configuration: { alias: 'CellDefaultSSLSettings', scope: '(cell):c1' },
        certificateAlias: 'default',
      },
      {
        name: 'n1',
        scope: '(cell):c1:(node):n1',
        direction: 'outbound',
        configuration: { alias: 'NodeDefaultSSLSettings', scope: '(cell):c1:(node):n1' },
        certificateAlias: 'acme',
      },
    ]);
    expect(model.keyStores[0]).toEqual({ ...cellStore, location: '${CONFIG_ROOT}/cells/c1/key.p12', type: 'PKCS12' });
    expect(JSON.stringify(model)).not.toContain('{xor}');
  });

  test('tells dynamic update and FIPS mode', () => {
    expect(parseSecurityXml(renderSecurityXml(), source)).toMatchObject({ dynamicUpdate: true, fipsEnabled: false });
    const fips = '<properties xmi:id="Property_9" name="com.ibm.security.useFIPS" value="true"/>';
    expect(parseSecurityXml(renderSecurityXml({ root: 'enabled="true"', extra: fips }), source)).toMatchObject({
      dynamicUpdate: false,
      fipsEnabled: true,
    });
  });

  test.each<readonly [string, SecurityParts, string]>([
    [
      'an unknown scope',
      { repertoire: 'alias="a" managementScope="ManagementScope_9"' },
      'repertoire SSLConfig_1699000000001 a names managementScope ManagementScope_9',
    ],
    [
      'an unknown key store',
      { setting: 'sslProtocol="TLS" keyStore="KeyStore_9" trustStore="KeyStore_3"' },
      'setting SecureSocketLayer_2 names keyStore KeyStore_9',
    ],
    [
      'a configuration without protocol',
      { setting: 'keyStore="KeyStore_3" trustStore="KeyStore_3"' },
      'setting SecureSocketLayer_2 has no sslProtocol',
    ],
    [
      'an unknown direction',
      { group: 'name="n1" direction="both" sslConfig="SSLConfig_1" managementScope="ManagementScope_1"' },
      'sslConfigGroups SSLConfigGroup_2 n1 has direction both',
    ],
    [
      'the same configuration twice',
      { repertoire: 'alias="CellDefaultSSLSettings" managementScope="ManagementScope_1"' },
      'SSL configuration CellDefaultSSLSettings (cell):c1 is there twice',
    ],
    [
      'the same key store twice',
      { keyStore: 'name="CellDefaultKeyStore" location="x" type="JKS" managementScope="ManagementScope_1"' },
      'key store CellDefaultKeyStore',
    ],
    [
      'a key store without location',
      { keyStore: 'name="k" password="{xor}CDo9Hgw=" type="JKS" managementScope="ManagementScope_1"' },
      'keyStores KeyStore_3 k has no location',
    ],
  ])('is refused with %s, and no password is in the message', (_name, parts, part) => {
    const parse = (): unknown => parseSecurityXml(renderSecurityXml(parts), source);
    expect(parse).toThrow(refused(part));
    expect(parse).not.toThrow('{xor}');
  });

  test('tells the certificate aliases that an SSL configuration names itself', () => {
    const setting = (aliases: string): string =>
      `sslProtocol="TLSv1.2" keyStore="KeyStore_3" trustStore="KeyStore_3" ${aliases}`;
    const aliasesOf = (aliases: string) =>
      parseSecurityXml(renderSecurityXml({ setting: setting(aliases) }), {
        host: 'dm',
        path: 'security.xml',
      }).configurations.map(({ keyAliases }) => keyAliases);
    expect(aliasesOf('serverKeyAlias="acme" clientKeyAlias=""')).toEqual([undefined, ['acme']]);
    expect(aliasesOf('serverKeyAlias="acme" clientKeyAlias="mine"')).toEqual([undefined, ['acme', 'mine']]);
    expect(aliasesOf('')).toEqual([undefined, undefined]);
  });

  test('is refused when it is cut off, empty or another document', () => {
    expect(() => parseSecurityXml(renderSecurityXml().slice(0, 900), source)).toThrow(
      refused('is not well-formed XML'),
    );
    expect(() => parseSecurityXml(`${renderSecurityXml()}<more/>`, source)).toThrow(
      refused('goes on behind </security:Security>'),
    );
    expect(() => parseSecurityXml('', source)).toThrow(refused('is not well-formed XML'));
    expect(() => parseSecurityXml('{}', source)).toThrow(refused('is not well-formed XML'));
    expect(() => parseSecurityXml('<a/>', source)).toThrow(refused('has the root a instead of security:Security'));
  });

  test('never expands an entity, with or without its declaration', () => {
    const declared = '<!DOCTYPE x [<!ENTITY e "expanded">]>';
    const text = renderSecurityXml({ repertoire: 'alias="&e;" managementScope="ManagementScope_1"' });
    expect(() => parseSecurityXml(text, source)).toThrow(refused('is not well-formed XML'));
    expect(() => parseSecurityXml(text.replace('?>', `?>${declared}`), source)).toThrow(refused('has a DOCTYPE'));
  });
});

describe('serverindex.xml', () => {
  test('gives servers with their ports, hosts as written', () => {
    expect(parseServerIndex(renderServerIndex('443'), source)).toEqual([
      {
        name: 'was_stpProxy',
        type: 'PROXY_SERVER',
        endpoints: [
          { name: 'SOAP_CONNECTOR_ADDRESS', host: '${LOCALHOST_NAME}', port: 8880 },
          { name: 'PROXY_HTTPS_ADDRESS', host: '*', port: 443 },
        ],
      },
      { name: 'nodeagent', type: 'NODE_AGENT', endpoints: [] },
    ]);
  });

  test.each(['', '65536', '-1', '44x'])('is refused with port "%s"', (port) => {
    expect(() => parseServerIndex(renderServerIndex(port), source)).toThrow(refused('PROXY_HTTPS_ADDRESS has port'));
  });
});
