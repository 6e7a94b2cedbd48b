// Forms of AdminTask answers as public scripts parse them; names and fingerprints are invented.
import { describe, expect, test } from 'vitest';
import {
  isSameAlias,
  parseCertificates,
  parseKeyFileAliases,
} from '../../../src/products/websphere/certificate-replies.ts';
import {
  nameOfId,
  parseFipsEnabled,
  parseSslConfig,
  parseSslConfigs,
  parseSslGroup,
  parseSslGroups,
} from '../../../src/products/websphere/ssl-replies.ts';
import { documentPath, parseWorkspaceChanges } from '../../../src/products/websphere/workspace-changes.ts';

const refused = expect.objectContaining({ code: 'REMOTE_REPLY' });
const SHA1 = 'AB:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13';

describe('SSL configurations', () => {
  test('are listed one per line, with blanks and any line end behind them', () => {
    const text =
      'alias: CellDefaultSSLSettings managementScope: (cell):c1 \r\nalias: My SSL managementScope: (cell):c1:(node):n1 \n';
    expect(parseSslConfigs(text)).toEqual([
      { alias: 'CellDefaultSSLSettings', scope: '(cell):c1' },
      { alias: 'My SSL', scope: '(cell):c1:(node):n1' },
    ]);
    expect(parseSslConfigs('')).toEqual([]);
    expect(() => parseSslConfigs('(cells/c1|security.xml#SSLConfig_1)')).toThrow(refused);
  });

  test('are read with their stores by name and empty values', () => {
    const text =
      '[ [alias NodeDefaultSSLSettings] [enabledCiphers ] [clientAuthentication false] [sslProtocol SSL_TLSv2] [securityLevel HIGH] ' +
      '[keyStore NodeDefaultKeyStore(cells/c1|security.xml#KeyStore_n1_1)] [trustStore NodeDefaultTrustStore(cells/c1|security.xml#KeyStore_2)] ]';
    expect(parseSslConfig(text)).toEqual({
      alias: 'NodeDefaultSSLSettings',
      protocol: 'SSL_TLSv2',
      securityLevel: 'HIGH',
      enabledCiphers: '',
      clientAuthentication: false,
      keyStore: 'NodeDefaultKeyStore',
      trustStore: 'NodeDefaultTrustStore',
    });
    expect(() => parseSslConfig('[ [alias a] ]')).toThrow(refused);
  });

  test('keep the name of an id whatever the name looks like', () => {
    expect(nameOfId('Key (old)(cells/c1|security.xml#KeyStore_1)')).toBe('Key (old)');
    expect(nameOfId('plain')).toBe('plain');
  });
});

describe('SSL configuration groups', () => {
  test('are listed and read with their direction', () => {
    expect(parseSslGroups('name: n1 direction: inbound managementScope: (cell):c1:(node):n1 \n')).toEqual([
      { name: 'n1', direction: 'inbound', scope: '(cell):c1:(node):n1' },
    ]);
    expect(parseSslGroup('[ [name n1] [direction outbound] [certificateAlias default] ]')).toEqual({
      name: 'n1',
      direction: 'outbound',
      certificateAlias: 'default',
    });
    expect(() => parseSslGroups('name: n1 direction: sideways managementScope: (cell):c1')).toThrow(refused);
  });
});

test('FIPS mode is a clear yes or no', () => {
  expect(parseFipsEnabled('[[fipsEnabled false] [fipsLevel ] [suiteBLevel ]]')).toBe(false);
  expect(parseFipsEnabled('[ [fipsEnabled true] ]')).toBe(true);
  expect(() => parseFipsEnabled('[ [fipsEnabled ] ]')).toThrow(refused);
  expect(() => parseFipsEnabled('')).toThrow(refused);
});

describe('certificates', () => {
  test('are known by alias and SHA-1 fingerprint, whatever follows it', () => {
    const text = `[[issuedTo CN=*.acme.example, O=Acme [test]] [fingerPrint ${SHA1.toLowerCase()} SHA-1] [alias wild] ]\n[ [alias root] [issuedBy CN=r] [fingerPrint ${SHA1}] ]`;
    expect(parseCertificates(text)).toEqual([
      { alias: 'wild', fingerprint: SHA1, issuedTo: 'CN=*.acme.example, O=Acme [test]', issuedBy: '' },
      { alias: 'root', fingerprint: SHA1, issuedTo: '', issuedBy: 'CN=r' },
    ]);
  });

  test.each([`${SHA1}:14`, 'AB:01', ''])('with another fingerprint are refused: %s', (fingerprint) => {
    expect(() => parseCertificates(`[ [alias a] [fingerPrint ${fingerprint}] ]`)).toThrow(refused);
  });

  test('have aliases that WebSphere keeps in lower case', () => {
    expect(isSameAlias('Wild_Acme', 'wild_acme')).toBe(true);
    expect(parseKeyFileAliases('le-1234\r\nmy alias \n')).toEqual(['le-1234', 'my alias']);
  });
});

describe('unsaved changes', () => {
  test('are documents below their heading', () => {
    const text =
      'WASX7146I: The following configuration files contain unsaved changes:\ncells/c1|security.xml\r\ncells/c1/nodes/n1|key.p12\n';
    expect(parseWorkspaceChanges(text)).toEqual(['cells/c1/security.xml', 'cells/c1/nodes/n1/key.p12']);
    expect(documentPath('cells/c1|key.p12')).toBe('cells/c1/key.p12');
  });

  test('are none when WebSphere says so, and an unknown answer is not taken for none', () => {
    expect(parseWorkspaceChanges('WASX7241I: There are no unsaved changes in this workspace.')).toEqual([]);
    for (const text of [
      '',
      'something else',
      'WASX7146I: The following configuration files contain unsaved changes:',
    ]) {
      expect(() => parseWorkspaceChanges(text)).toThrow(refused);
    }
  });
});
