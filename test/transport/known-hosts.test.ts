// Keys and hashed lines were made with OpenSSH 9.2: ssh-keygen -t ed25519, -t ecdsa, and ssh-keygen -H.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeHostKey, keysOf, parseKnownHosts } from '../../src/transport/known-hosts.ts';

const ED25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGwiVjGDcwaS1FdwojI52Rzf4UGUkgNengtgxh/mdWao';
const ECDSA =
  'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBPyw1pQGWDNl2fNCPJlYRjnaVQxdc0np7pvNfHS79TgSNBFGcA+VXAmr8eLdooByzldRpj7lQIbl9oO2zEW3uiI=';
const HASHED =
  '|1|2Ojv22MjHUqfKH4hfJ4erwuCGWA=|8xlasmi2LDwSJwzNoljqYqMB8f8= ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGwiVjGDcwaS1FdwojI52Rzf4UGUkgNengtgxh/mdWao';
const HASHED_PORT =
  '|1|IhuR2cTvvx8BELG0dYFcVUXEOZQ=|IM2LzpyvG1E3hT5E5cywPoKvX/k= ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGwiVjGDcwaS1FdwojI52Rzf4UGUkgNengtgxh/mdWao';

const bytesOf = (key: string): Buffer => Buffer.from(key.split(' ')[1] ?? '', 'base64');
const judge = (text: string, address: string, port = 22, key = ED25519) =>
  judgeHostKey(keysOf(parseKnownHosts(text), address, port), bytesOf(key));
const other = (key: string): string => {
  const bytes = bytesOf(key);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  return `${key.split(' ')[0]} ${bytes.toString('base64')}`;
};

describe('a key is trusted', () => {
  test.each([
    ['a plain name', `dm.example ${ED25519}`, 'dm.example', 22],
    ['a comment behind the key', `dm.example ${ED25519} made at installation`, 'dm.example', 22],
    ['another case', `DM.example ${ED25519}`, 'dm.EXAMPLE', 22],
    ['a list', `192.0.2.7,dm.example ${ED25519}`, 'dm.example', 22],
    ['a port', `[dm.example]:2222 ${ED25519}`, 'dm.example', 2222],
    ['an IPv6 address', `2001:db8::7 ${ED25519}`, '2001:db8::7', 22],
    ['a pattern', `*.example,!stp.example ${ED25519}`, 'dm.example', 22],
    ['a pattern for one character', `dm?.example ${ED25519}`, 'dm2.example', 22],
    ['a hashed name', HASHED, 'dm.example', 22],
    ['a hashed name with a port', HASHED_PORT, 'dm.example', 2222],
    ['one of several keys', `dm.example ${other(ED25519)}\ndm.example ${ED25519}`, 'dm.example', 22],
    ['blanks, tabs and carriage returns', `  dm.example\t${ED25519.replace(' ', '  ')}\r`, 'dm.example', 22],
  ])('by %s', (_, text, address, port) => {
    expect(judge(`# comment\n\n${text}\n`, address, port).kind).toBe('trusted');
  });
});

describe('a key is not trusted', () => {
  test.each([
    ['for another host', `stp.example ${ED25519}`, 'dm.example', 22],
    ['for another port', `dm.example ${ED25519}`, 'dm.example', 2222],
    ['for port 22 when only another port is known', `[dm.example]:2222 ${ED25519}`, 'dm.example', 22],
    ['for a host that a pattern excludes', `*.example,!dm.example ${ED25519}`, 'dm.example', 22],
    ['for a name in which a dot of the pattern is another letter', `dm.example ${ED25519}`, 'dmxexample', 22],
    ['for another host when the name is hashed', HASHED, 'stp.example', 22],
    ['by a line that is a comment', `# dm.example ${ED25519}`, 'dm.example', 22],
    ['by a line whose type is not that of its key', `dm.example ssh-rsa ${ED25519.split(' ')[1]}`, 'dm.example', 22],
    ['by half a line', `dm.example ssh-ed25519`, 'dm.example', 22],
    ['by an old SSH 1 line', `dm.example 1024 35 1234567`, 'dm.example', 22],
  ])('%s', (_, text, address, port) => {
    expect(judge(text, address, port)).toEqual({ kind: 'unknown', knownTypes: [] });
  });

  test('by a certificate authority, whose line is named', () => {
    const verdict = judge(`@cert-authority dm.example ${ED25519}`, 'dm.example', 22);
    expect(verdict).toEqual({ kind: 'unknown', knownTypes: [], authority: 1 });
  });

  test('when another key of its type is known, and the line is named', () => {
    expect(judge(`# first\ndm.example ${other(ED25519)}`, 'dm.example')).toEqual({ kind: 'changed', line: 2 });
  });

  test('when only a key of another type is known, which is named', () => {
    const verdict = judge(`dm.example ${ECDSA}`, 'dm.example');
    expect(verdict).toEqual({ kind: 'unknown', knownTypes: ['ecdsa-sha2-nistp256'] });
  });

  test('when it is revoked, wherever else it stands', () => {
    const text = `dm.example ${ED25519}\n@revoked * ${ED25519}`;
    expect(judge(text, 'dm.example')).toEqual({ kind: 'revoked', line: 2 });
  });

  test('by any text that does not hold it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'dm.example,!*?[]:|1= \t\n#@ssh-ed25519AC'.split('')) }),
        (text) => {
          expect(judge(text, 'dm.example').kind).toBe('unknown');
        },
      ),
    );
  });
});
