import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exposeSecret } from '../../../src/core/secret.ts';
import {
  clientPropertiesFile,
  documentOfLocation,
  logFile,
  pidFile,
  securityDocument,
  serverIndexDocument,
} from '../../../src/products/websphere/profile-paths.ts';
import { protocolsOf, QOP_VALUES } from '../../../src/products/websphere/qop.ts';
import { isTlsEndpoint, tlsEndpointKind } from '../../../src/products/websphere/tls-endpoints.ts';
import { parsePassword } from '../../../src/products/websphere/xor.ts';

describe('QoP values', () => {
  test.each([
    ['SSL_TLS', ['TLSv1']],
    ['SSL_TLSv2', ['TLSv1', 'TLSv1.1', 'TLSv1.2']],
    ['SSL', ['TLSv1', 'TLSv1.1', 'TLSv1.2']],
    ['TLS', ['TLSv1', 'TLSv1.1', 'TLSv1.2']],
    ['TLSv1.2', ['TLSv1.2']],
    ['SSLv2', []],
    ['SSLv3', []],
    ['TLSv1.3, TLSv1.2', ['TLSv1.2', 'TLSv1.3']],
    ['TLSv1,SSLv3', ['TLSv1']],
  ])('%s enables %j', (value, versions) => {
    expect(protocolsOf(value)).toEqual(versions);
  });

  test.each(['', 'tlsv1.2', 'TLSv1.2,', 'TLSv1.2 TLSv1.3', 'constructor', '__proto__'])(
    'of other names mean nothing: "%s"',
    (value) => {
      expect(protocolsOf(value)).toBeUndefined();
    },
  );

  test('joined by commas enable what their parts enable', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...QOP_VALUES), { minLength: 1, maxLength: 4 }), (values) => {
        expect(new Set(protocolsOf(values.join(',')))).toEqual(
          new Set(values.flatMap((value) => protocolsOf(value) ?? [])),
        );
      }),
    );
  });
});

test('TLS endpoints are those that strictstep can probe; others are known but left alone', () => {
  expect(
    ['SOAP_CONNECTOR_ADDRESS', 'WC_defaulthost_secure', 'WC_adminhost_secure', 'PROXY_HTTPS_ADDRESS'].every(
      isTlsEndpoint,
    ),
  ).toBe(true);
  expect(['PROXY_SIPS_ADDRESS', 'SIP_DEFAULTHOST_SECURE', 'OVERLAY_TCP_LISTENER_ADDRESS'].every(isTlsEndpoint)).toBe(
    true,
  );
  expect(['CSIV2_SSL_SERVERAUTH_LISTENER_ADDRESS', 'WC_defaulthost', 'toString'].some(isTlsEndpoint)).toBe(false);
  expect(tlsEndpointKind('CSIV2_SSL_SERVERAUTH_LISTENER_ADDRESS')).toBe('unprobed');
  expect(tlsEndpointKind('toString')).toBeUndefined();
});

describe('passwords in WebSphere files', () => {
  test('are decoded from {xor}, or taken as they are', () => {
    expect(exposeSecret(parsePassword('{xor}CDo9Hgw=', 'password'))).toBe('WebAS');
    expect(exposeSecret(parsePassword('plain', 'password'))).toBe('plain');
    expect(exposeSecret(parsePassword('{xor}', 'password'))).toBe('');
  });

  test('of every text survive the encoding', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const encoded = Buffer.from(Buffer.from(text, 'utf8').map((byte) => byte ^ 0x5f)).toString('base64');
        expect(exposeSecret(parsePassword(`{xor}${encoded}`, 'password'))).toBe(text);
      }),
    );
  });

  test('in another encoding are refused without being shown', () => {
    for (const text of ['{aes}AQID', '{xor}not base64!']) {
      expect(() => parsePassword(text, 'password of k')).toThrow(
        expect.objectContaining({ code: 'REMOTE_REPLY', message: 'password of k is not in the {xor} encoding' }),
      );
    }
  });
});

test('files of a profile are where WebSphere puts them', () => {
  expect(pidFile('/p', 'dmgr')).toBe('/p/logs/dmgr/dmgr.pid');
  expect(logFile('/p', 'nodeagent')).toBe('/p/logs/nodeagent/SystemOut.log');
  expect(clientPropertiesFile('/p')).toBe('/p/properties/ssl.client.props');
  expect(securityDocument('c1')).toBe('cells/c1/security.xml');
  expect(serverIndexDocument('c1', 'n1')).toBe('cells/c1/nodes/n1/serverindex.xml');
  expect(documentOfLocation('${CONFIG_ROOT}/cells/c1/key.p12')).toBe('cells/c1/key.p12');
  expect(documentOfLocation('/elsewhere/key.p12')).toBeUndefined();
});
