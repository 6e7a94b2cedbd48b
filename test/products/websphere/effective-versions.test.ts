// What a Java machine leaves of a protocol value, layer by layer.
import { describe, expect, test } from 'vitest';
import { effectiveVersions, type JavaLayer } from '../../../src/products/websphere/effective-versions.ts';
import {
  disabledVersions,
  parseJavaArguments,
  readDisabledAlgorithms,
} from '../../../src/products/websphere/java-machine.ts';

const PLAIN: JavaLayer = { disabled: [], arguments: {}, property: undefined, fips: undefined };
const given = (change: Partial<JavaLayer>): JavaLayer => ({ ...PLAIN, ...change });
const versions = (qop: string, change: Partial<JavaLayer>, direction: 'inbound' | 'outbound' = 'inbound') =>
  effectiveVersions(qop, given(change), direction).versions;

describe('layers', () => {
  test('without any of them a value has its full meaning', () => {
    expect(effectiveVersions('SSL_TLSv2', PLAIN, 'inbound')).toEqual({
      versions: ['TLSv1', 'TLSv1.1', 'TLSv1.2'],
      layers: [],
    });
    expect(versions('NONSENSE', {})).toEqual([]);
  });

  test('java.security takes versions away, and says so; a version that is not there is not mentioned', () => {
    expect(effectiveVersions('SSL_TLSv2', given({ disabled: ['SSLv3', 'TLSv1', 'TLSv1.1'] }), 'inbound')).toEqual({
      versions: ['TLSv1.2'],
      layers: ['java.security disables TLSv1, TLSv1.1'],
    });
    expect(effectiveVersions('TLSv1.2', given({ disabled: ['TLSv1'] }), 'inbound').layers).toEqual([]);
    expect(versions('SSL_TLS', { disabled: ['TLSv1'] })).toEqual([]);
  });

  test('the custom property stands in place of java.security, none neutralizes, and an empty one does not count', () => {
    const disabled = ['TLSv1'] as const;
    expect(versions('SSL_TLSv2', { disabled, property: 'none' })).toEqual(['TLSv1', 'TLSv1.1', 'TLSv1.2']);
    expect(versions('SSL_TLSv2', { disabled, property: 'RC4, TLSv1.1' })).toEqual(['TLSv1', 'TLSv1.2']);
    expect(versions('SSL_TLSv2', { disabled, property: ' ' })).toEqual(['TLSv1.1', 'TLSv1.2']);
    expect(effectiveVersions('SSL_TLS', given({ property: 'TLSv1' }), 'inbound').layers).toEqual([
      'com.ibm.websphere.tls.disabledAlgorithms disables TLSv1',
    ]);
  });

  test.each(['jdk.tls.client.protocols', 'https.protocols'])(
    '%s narrows what is offered, not what is accepted',
    (name) => {
      const change = { arguments: { [name]: 'TLSv1.1, TLSv1.2' } };
      expect(versions('SSL_TLSv2', change, 'outbound')).toEqual(['TLSv1.1', 'TLSv1.2']);
      expect(versions('SSL_TLSv2', change, 'inbound')).toEqual(['TLSv1', 'TLSv1.1', 'TLSv1.2']);
      expect(versions('SSL_TLS', change, 'outbound')).toEqual([]);
    },
  );

  test('FIPS mode decides on the value, and disabled versions still go', () => {
    expect(versions('SSL_TLS', { fips: 'SP800-131' })).toEqual(['TLSv1.2']);
    expect(versions('SSL_TLS', { fips: '' })).toEqual(['TLSv1', 'TLSv1.1', 'TLSv1.2']);
    expect(versions('TLSv1.1', { fips: 'transition' })).toEqual(['TLSv1.1']);
    expect(versions('SSL_TLS', { fips: 'transition', disabled: ['TLSv1'] })).toEqual(['TLSv1.1', 'TLSv1.2']);
    expect(versions('TLSv1', { arguments: { 'com.ibm.jsse2.sp800-131': 'strict' } })).toEqual(['TLSv1.2']);
    expect(versions('TLSv1', { arguments: { 'com.ibm.jsse2.sp800-131': 'off' } })).toEqual(['TLSv1']);
  });
});

describe('files', () => {
  test('a list of disabled algorithms goes over several lines, the last one counts, comments do not', () => {
    const text = [
      'jdk.tls.disabledAlgorithms=TLSv1.3',
      '#jdk.tls.disabledAlgorithms=TLSv1.2',
      'jdk.tls.disabledAlgorithms = SSLv3, RC4, \\',
      '    tlsv1, DH keySize < 1024, \\',
      '    TLSv1.1',
      'jdk.tls.disabledAlgorithmsOfOthers=TLSv1.2',
      'jdk.tls.legacyAlgorithms= TLSv1.2',
    ].join('\r\n');
    expect(readDisabledAlgorithms(text)).toBe('SSLv3, RC4, tlsv1, DH keySize < 1024, TLSv1.1');
    expect(disabledVersions(readDisabledAlgorithms(text) ?? '')).toEqual(['SSLv3', 'TLSv1', 'TLSv1.1']);
    expect(readDisabledAlgorithms('security.provider.1=x\n')).toBeUndefined();
  });

  test('of the arguments only those that decide on versions are kept: others may hold passwords', () => {
    const text =
      '<jvmEntries verbose="false" genericJvmArguments="-Xmx1g -Dpassword=geheim -Dhttps.protocols=&quot;TLSv1.1,TLSv1.2&quot; -Djdk.tls.client.protocols=TLSv1.2">' +
      '<systemProperties xmi:id="P_1" name="com.ibm.jsse2.sp800-131" value="strict"/><systemProperties name="other.password" value="geheim"/></jvmEntries>';
    expect(parseJavaArguments(text)).toEqual({
      'com.ibm.jsse2.sp800-131': 'strict',
      'https.protocols': 'TLSv1.1,TLSv1.2',
      'jdk.tls.client.protocols': 'TLSv1.2',
    });
    expect(parseJavaArguments('<process:Server/>')).toEqual({});
  });
});
