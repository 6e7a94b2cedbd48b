// What is said of certificates: one case a code, security levels, names, and which Java reads a file.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { CertificateSummary } from '../../src/core/certificate.ts';
import { isMeantFor, mayBeUsedFor } from '../../src/tls/certificate-usage.ts';
import { allFindings, inspectCertificates } from '../../src/tls/inspect-certificates.ts';
import type { InspectOptions } from '../../src/tls/inspect-certificates.ts';
import { openCertificateFile } from '../../src/tls/open-certificate-file.ts';
import { readPemCertificates } from '../../src/tls/open-pem.ts';
import { objectionsOf, SECURITY_LEVELS } from '../../src/tls/security-levels.ts';
import { KEYTOOL_PASSWORD, OPENSSL_PASSWORD, readFixture } from './fixtures.ts';

const NOW: InspectOptions = { at: new Date('2027-01-01T00:00:00Z'), soonDays: 30, hosts: [] };
const KINDS = readPemCertificates(readFileSync(new URL('fixtures/kinds.pem', import.meta.url), 'utf8'));

function kind(name: string): CertificateSummary {
  const found = KINDS.find(({ subject }) => subject === `CN=${name}.acme.example` || subject.startsWith(`CN=${name},`));
  if (found === undefined) throw new Error(`no certificate ${name}`);
  return found;
}

const AUTHORITIES = [kind('Acme Issuing'), kind('Acme Root')];

const codesOf = (certificates: readonly CertificateSummary[], options: Partial<InspectOptions> = {}) => {
  const bytes = Buffer.from(certificates.map(({ pem }) => pem).join(''));
  const inspection = inspectCertificates(openCertificateFile(bytes, undefined, { file: 'x.pem' }), {
    ...NOW,
    ...options,
  });
  return allFindings(inspection).map(({ severity, code }) => `${severity} ${code}`);
};

describe('findings', () => {
  test.each([
    ['good', [], []],
    ['server-only', [], ['warning NO_CLIENT_USE']],
    ['client-only', [], ['fails NO_SERVER_USE']],
    ['no-signing', [], ['warning NO_CLIENT_USE']],
    ['old-digest', [], ['warning WEAK_SIGNATURE']],
    ['short-key', [], ['warning WEAK_KEY']],
    ['tiny-key', [], ['fails WEAK_KEY']],
    ['curve', [], []],
    ['good', ['good.acme.example'], []],
    ['good', ['good.acme.example', 'chat.acme.example'], ['fails NAME_MISMATCH']],
  ])('%s for %j: %j', (name, hosts, codes) => {
    expect(codesOf([kind(name), ...AUTHORITIES], { hosts })).toEqual(codes);
  });

  test('a missing intermediate is named, and a wrong order or a foreign authority is a warning', () => {
    expect(codesOf([kind('good'), kind('Acme Root')])).toEqual(['fails CHAIN_INCOMPLETE', 'warning NOT_IN_CHAIN']);
    expect(codesOf([kind('good')])).toEqual(['fails CHAIN_INCOMPLETE']);
    expect(codesOf([kind('good'), ...AUTHORITIES.toReversed()])).toEqual(['warning CHAIN_ORDER']);
  });

  test('time is judged as of the date that is given, at the second', () => {
    const chain = [kind('good'), ...AUTHORITIES];
    const end = Date.parse(kind('good').notAfter);
    const begin = Date.parse(kind('good').notBefore);
    const codesAt = (ms: number) => new Set(codesOf([kind('good')], { at: new Date(ms) }));
    expect(codesOf(chain, { at: new Date('2127-01-01T00:00:00Z') })).toEqual(Array(3).fill('fails EXPIRED'));
    expect(codesAt(end)).toContain('fails EXPIRED');
    expect(codesAt(end - 1)).toContain('warning EXPIRES_SOON');
    expect(codesAt(end - 30 * 86_400_000)).toContain('warning EXPIRES_SOON');
    expect(codesAt(end - 31 * 86_400_000)).toEqual(new Set(['fails CHAIN_INCOMPLETE']));
    expect(codesAt(begin - 1)).toContain('fails NOT_YET_VALID');
    expect(codesAt(begin)).toEqual(new Set(['fails CHAIN_INCOMPLETE']));
  });

  test('a PKCS12 store that old Java cannot read, and one that Java shows nothing of', () => {
    const codes = (name: string, password = KEYTOOL_PASSWORD) =>
      inspectCertificates(openCertificateFile(readFixture(name), password, { file: name }), NOW).findings.map(
        ({ code }) => code,
      );
    expect(codes('keytool-multi.jks')).toEqual([]);
    expect(codes('keytool-trust-legacy.p12')).toEqual([]);
    expect(codes('keytool-trust.p12')).toEqual(['OLD_JAVA_CANNOT_READ']);
    expect(codes('openssl-nokeys.p12', OPENSSL_PASSWORD)).toEqual(['OLD_JAVA_CANNOT_READ', 'JAVA_SHOWS_NOTHING']);
  });
});

test('which Java reads a modern store is said for each generation; PEM is no key store', () => {
  const readers = (name: string) =>
    inspectCertificates(openCertificateFile(readFixture(name), KEYTOOL_PASSWORD, { file: name }), NOW).readers;
  expect(new Set(readers('keytool-multi-legacy.p12').map(({ reads }) => reads))).toEqual(new Set(['yes']));
  const modern = new Map(readers('keytool-multi.p12').map(({ java, reads }) => [java, reads]));
  expect(modern.get('OpenJDK 8 before 8u301')).toBe('no');
  expect(modern.get('OpenJDK 17 or newer')).toBe('yes');
  expect([...modern].find(([java]) => java.startsWith('IBM SDK 8'))?.[1]).toBe('unknown');
});

test('what each Sametime security level drops', () => {
  const dropped = (name: string): readonly number[] =>
    SECURITY_LEVELS.filter((level) => objectionsOf(level, kind(name)).length > 0).map(({ level }) => level);
  expect(dropped('good')).toEqual([3, 4]);
  expect(dropped('short-key')).toEqual([2, 3, 4]);
  expect(dropped('tiny-key')).toEqual([1, 2, 3, 4]);
  expect(dropped('old-digest')).toEqual([2, 3, 4]);
  // P-256 key, but signed by an RSA authority with SHA-256: the key alone is good for level 3
  expect(dropped('curve')).toEqual([4]);
});

test('uses and names', () => {
  const uses = (name: string) => [mayBeUsedFor(kind(name), 'server'), mayBeUsedFor(kind(name), 'client')];
  expect(uses('good')).toEqual([true, true]);
  expect(uses('curve')).toEqual([true, true]);
  expect(uses('no-signing')).toEqual([true, false]);
  expect(uses('client-only')).toEqual([false, true]);
  const [, wild] = readPemCertificates(readFileSync(new URL('fixtures/disordered.pem', import.meta.url), 'utf8'));
  if (wild === undefined) throw new Error('no wildcard certificate');
  expect(
    ['x.acme.example', 'a.b.acme.example', 'acme.example', '127.0.0.1'].map((host) => isMeantFor(wild, host)),
  ).toEqual([true, false, false, false]);
});
