// known_hosts as OpenSSH's own tools read and write it: ssh-keygen -F finds, -H hashes, -l shows the fingerprint.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { NewHostKey } from '../../src/transport/host-key.ts';
import { loadHostKeyCheck } from '../../src/transport/host-key.ts';
import { hostName, judgeHostKey, keysOf, parseKnownHosts } from '../../src/transport/known-hosts.ts';
import { OperatorError } from '../../src/core/errors.ts';
import { keyPair } from '../helpers/ssh-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'strictstep-known-'));
const file = join(folder, 'known_hosts');
afterAll(() => rmSync(folder, { recursive: true }));

const KEYS = Array.from({ length: 3 }, () => keyPair().public.split(' ').slice(0, 2).join(' '));
const ECDSA = keyPair('ecdsa').public.split(' ').slice(0, 2).join(' ');
const wire = (line: string): Buffer => Buffer.from(line.split(' ')[1] ?? '', 'base64');

/** Lines on which ssh-keygen finds the host. */
function found(name: string): readonly number[] {
  const { stdout } = spawnSync('ssh-keygen', ['-F', name, '-f', file], { encoding: 'utf8' });
  return [...stdout.matchAll(/ found: line (\d+)/g)].map(([, line]) => Number(line));
}
const linesOf = (text: string, address: string, port: number): readonly number[] =>
  keysOf(parseKnownHosts(text), address, port).map(({ line }) => line);

const label = fc.constantFrom('dm', 'stp', 'a', 'b', 'x1');
const address = fc.oneof(
  label,
  fc.tuple(label, label).map((parts) => parts.join('.')),
  fc.constantFrom('10.0.0.1', '10.0.0.11', 'fe80::1', 'DM.A'),
);
const port = fc.constantFrom(22, 22, 2222, 22_222);
const written = fc.tuple(address, port).map(([name, at]) => hostName(name, at));
const pattern = fc.oneof(
  written,
  written.map((name) => `!${name}`),
  fc.constantFrom('*', '*.a', 'd?', '!*.b', '10.0.0.?', '[*]:2222', '?m.a', '**', '!x?'),
);
const line = fc
  .tuple(
    fc.constantFrom('', '', '', '@revoked ', '@cert-authority '),
    fc.array(pattern, { minLength: 1, maxLength: 4 }),
    fc.constantFrom(...KEYS, ECDSA),
    fc.constantFrom('', ' a remark', '\t'),
  )
  .map(([mark, patterns, key, remark]) => `${mark}${patterns.join(',')} ${key}${remark}`);
const text = fc
  .array(fc.oneof({ weight: 6, arbitrary: line }, fc.constantFrom('', '# dm ssh-ed25519 AAAA', '  # x')), {
    maxLength: 8,
  })
  .map((lines) => lines.map((one) => `${one}\n`).join(''));

test('a host is on the lines on which ssh-keygen -F finds it', () => {
  let hits = 0;
  fc.assert(
    fc.property(text, address, port, (content, name, at) => {
      writeFileSync(file, content);
      const lines = linesOf(content, name, at);
      hits += lines.length;
      expect(lines).toEqual(found(hostName(name, at)));
    }),
    { numRuns: 120 },
  );
  expect(hits).toBeGreaterThan(20);
});

test('after ssh-keygen -H has hashed the names, the same hosts are on the same lines', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(address, port), { minLength: 1, maxLength: 4 }), address, port, (hosts, name, at) => {
      const plain = hosts.map(([host, of], index) => `${hostName(host, of)} ${KEYS[index % KEYS.length]}\n`).join('');
      writeFileSync(file, plain);
      execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
      const hashed = readFileSync(file, 'utf8');
      expect(hashed).toMatch(/^\|1\|/);
      expect(linesOf(hashed, name, at)).toEqual(linesOf(plain, name, at));
    }),
    { numRuns: 25 },
  );
});

const entry = (name: string, at: number) => ({
  name: 'h1',
  address: name,
  port: at,
  user: 'wasadmin',
  identityFiles: [],
  knownHostsFile: file,
});

test.each([
  ['a new file', undefined],
  ['a file of names', `other ${KEYS[1]}`],
  ['a file of hashed names', 'hashed'],
])(
  'a first key that is accepted is appended to %s so that ssh-keygen finds it, and its fingerprint is told',
  async (_, before) => {
    rmSync(file, { force: true });
    if (before !== undefined) writeFileSync(file, before === 'hashed' ? `other ${KEYS[1]}\n` : before);
    if (before === 'hashed') execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
    const told: NewHostKey[] = [];
    const check = await loadHostKeyCheck(entry('dm.a', 2222), (key) => void told.push(key));
    expect(await check.judge(wire(KEYS[0] ?? ''))).toBeUndefined();
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(found('[dm.a]:2222')).toEqual([lines.length]);
    expect(lines.at(-1)?.startsWith('|1|')).toBe(before === 'hashed');
    writeFileSync(join(folder, 'key'), `${KEYS[0]}\n`);
    const shown = execFileSync('ssh-keygen', ['-l', '-f', join(folder, 'key')], { encoding: 'utf8' });
    expect(told).toMatchObject([{ host: 'h1', address: '[dm.a]:2222', keyType: 'ssh-ed25519', file }]);
    expect(shown).toContain(` ${told[0]?.fingerprint} `);
  },
);

test.each([
  ['has another key of the type', `dm.a ${KEYS[1]}\n`],
  ['has a key of another type', `dm.a ${ECDSA}\n`],
  ['has the key revoked', `@revoked * ${KEYS[0]}\n`],
])('a first key is not accepted for a host of which the file %s, and nothing is written', async (_, before) => {
  writeFileSync(file, before);
  const check = await loadHostKeyCheck(entry('dm.a', 22), () => expect.unreachable());
  expect(await check.judge(wire(KEYS[0] ?? ''))).toMatchObject({ code: 'HOST_KEY', exitCode: 69 });
  expect(readFileSync(file, 'utf8')).toBe(before);
});

test('a first key that cannot be written down is not believed', async () => {
  const check = await loadHostKeyCheck(
    { ...entry('dm.a', 22), knownHostsFile: join(folder, 'none', 'known_hosts') },
    () => expect.unreachable(),
  );
  await expect(check.judge(wire(KEYS[0] ?? ''))).rejects.toThrow(OperatorError);
});

test('the key that is known without a port is believed at another port, but no other key is called changed there', () => {
  const known = parseKnownHosts(`dm.a ${KEYS[0]}\n`);
  const judge = (key: string | undefined) =>
    judgeHostKey(keysOf(known, 'dm.a', 2222), wire(key ?? ''), keysOf(known, 'dm.a', 22));
  expect(judge(KEYS[0]).kind).toBe('trusted');
  expect(judge(KEYS[1]).kind).toBe('unknown');
});
