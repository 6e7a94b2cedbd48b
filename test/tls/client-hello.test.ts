// The hello itself, byte by byte.
import { expect, test } from 'vitest';
import { commonSuitesFor, suitesFor } from '../../src/tls/cipher-suites.ts';
import { makeClientHello } from '../../src/tls/client-hello.ts';
import { PROTOCOL_VERSIONS } from '../../src/tls/types.ts';
import type { ProtocolVersion } from '../../src/tls/types.ts';

const RANDOM = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
const hello = (version: ProtocolVersion, suites = [0x002f], name?: string): Buffer =>
  Buffer.from(makeClientHello({ version, suites }, RANDOM, name === undefined ? {} : { serverName: name }));

test('an SSLv3 hello has no extensions and carries the renegotiation sign among its suites', () => {
  const body = `0300${Buffer.from(RANDOM).toString('hex')}000004002f00ff0100`;
  expect(hello('SSLv3').toString('hex')).toBe(`160300002f0100002b${body}`);
});

test('an SSLv2 hello has the two-byte header and three-byte suites', () => {
  const challenge = Buffer.from(RANDOM.subarray(0, 16)).toString('hex');
  expect(hello('SSLv2', [0x010080]).toString('hex')).toBe(`801c010002000300000010010080${challenge}`);
});

test.each([
  ['TLSv1', '0301'],
  ['TLSv1.1', '0302'],
  ['TLSv1.2', '0303'],
  ['TLSv1.3', '0303'],
] as const)('%s says its version in the hello and TLS 1.0 in the record', (version, wire) => {
  const bytes = hello(version);
  expect(bytes.toString('hex', 0, 3)).toBe('160301');
  expect(bytes.toString('hex', 9, 11)).toBe(wire);
});

test.each(PROTOCOL_VERSIONS.filter((one) => one !== 'SSLv2'))(
  'every length field of a hello for %s is exact',
  (version) => {
    const bytes = hello(version, [...suitesFor(version)], 'chat.acme.example');
    expect(bytes.readUInt16BE(3)).toBe(bytes.length - 5);
    expect(bytes.readUIntBE(6, 3)).toBe(bytes.length - 9);
    const suitesLength = bytes.readUInt16BE(44);
    const extensionsAt = 46 + suitesLength + 2;
    const end = version === 'SSLv3' ? extensionsAt - 2 : extensionsAt + bytes.readUInt16BE(extensionsAt);
    expect(end).toBe(bytes.length - 2);
  },
);

test('a hello with the common suites stays below the 256 bytes that old stacks can take', () => {
  const lengths = PROTOCOL_VERSIONS.map((version) => hello(version, [...commonSuitesFor(version)]).length);
  expect(Math.max(...lengths)).toBeLessThan(256);
});
