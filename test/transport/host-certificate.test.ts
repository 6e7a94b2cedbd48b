// Host certificates made by ssh-keygen, and what is made of what ssh-keygen says of them. A real server shows one in
// test/lab-real/access.lab.ts.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judgeCertificate, whyNotCertified } from '../../src/transport/host-certificate.ts';
import { parseKnownHosts } from '../../src/transport/known-hosts.ts';
import { openSshServer } from '../helpers/ssh-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'strictstep-cert-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const keygen = (...words: readonly string[]): string =>
  execFileSync('ssh-keygen', words, { encoding: 'utf8', env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' } });
const NOW = new Date('2026-03-01T12:00:00Z');

beforeAll(() => {
  for (const name of ['ca', 'other', 'host']) keygen('-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', at(name));
  keygen('-q', '-t', 'rsa', '-b', '2048', '-N', '', '-C', '', '-f', at('rsa'));
});
const wire = (name: string): Buffer =>
  Buffer.from(readFileSync(at(`${name}.pub`), 'utf8').split(' ')[1] ?? '', 'base64');

/** @param how arguments of ssh-keygen */
function judged(
  how: readonly string[],
  { address = 'dm.acme.example', offered = 'host', key = 'host' } = {},
): string | undefined {
  keygen('-q', '-I', 'x', ...how, at(`${key}.pub`));
  const text = keygen('-L', '-f', at(`${key}-cert.pub`));
  const authorities = parseKnownHosts(`@cert-authority * ${readFileSync(at('ca.pub'), 'utf8')}`);
  return judgeCertificate(text, { address, port: 22, offered: wire(offered), authorities, now: NOW });
}
const HOST = ['-s', at('ca'), '-h', '-n', 'stp,DM.acme.example,10.0.0.1'];
const VALID = '20260301000000Z:20260302000000Z';

test.each([
  ['without an end', HOST, {}],
  ['in its time', [...HOST, '-V', VALID], {}],
  ['by another of its names', [...HOST, '-V', VALID], { address: '10.0.0.1' }],
  ['whatever the case of the name', HOST, { address: 'DM.Acme.Example' }],
  ['for an RSA key', HOST, { key: 'rsa', offered: 'rsa' }],
])('a certificate %s counts', (_, how, options) => {
  expect(judged(how, options)).toBeUndefined();
});

test.each([
  ['for a user', ['-s', at('ca'), '-n', 'dm.acme.example'], {}, 'it is no host certificate'],
  ['for another key', HOST, { offered: 'other' }, 'it is for another key'],
  ['of another authority', ['-s', at('other'), '-h', '-n', 'dm.acme.example'], {}, 'it is signed by an authority'],
  ['for other hosts', HOST, { address: 'acme.example' }, 'it does not name acme.example'],
  ['for a pattern, which is no name', ['-s', at('ca'), '-h', '-n', '*.acme.example'], {}, 'it does not name'],
  ['for all hosts', ['-s', at('ca'), '-h'], {}, 'it does not name'],
  ['before its time', [...HOST, '-V', '20260302000000Z:20260303000000Z'], {}, 'it is valid from'],
  ['after its time', [...HOST, '-V', '20260201000000Z:20260301115959Z'], {}, 'it is valid from'],
])('a certificate %s does not count', (_, how, options, reason) => {
  expect(judged(how, options)).toContain(reason);
});

test('a server that has none is told so', async () => {
  await using server = await openSshServer();
  const certified = { address: '127.0.0.1', port: server.entry.port, offered: wire('host'), authorities: [], now: NOW };
  expect(await whyNotCertified(certified)).toBe('ssh-keyscan -c gets no host certificate from it');
});
