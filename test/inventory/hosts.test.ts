// How hosts are reached: the inventory's own keys, its defaults, an SSH configuration; and what is refused.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { OperatorError } from '../../src/core/errors.ts';
import { loadInventory } from '../../src/inventory/index.ts';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import type { HostEntry, Inventory } from '../../src/inventory/types.ts';

const folder = mkdtempSync(join(tmpdir(), 'strictstep-hosts-'));
afterAll(() => rmSync(folder, { recursive: true }));
const DEFAULTS = 'user: wasadmin, identityFile: ./id, knownHosts: ./kh';
const text = (hosts: string, defaults = DEFAULTS, rest = ''): string =>
  `apiVersion: strictstep/v1\ndefaults: { ${defaults} }\nhosts:\n${hosts}\n${rest}`;
const parse = (hosts: string, defaults = DEFAULTS, rest = ''): Inventory =>
  parseInventory(text(hosts, defaults, rest), '/etc/s/inventory.yaml', 'd1');
const hostOf = ({ hosts }: Inventory, name: string): HostEntry => {
  const host = hosts.find((entry) => entry.name === name);
  if (host === undefined) throw new Error(`no host ${name}`);
  return host;
};
function refusal(action: () => unknown): OperatorError {
  try {
    action();
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('an inventory alone', () => {
  test('may give several keys, an agent, a passphrase and old algorithms, for all hosts or for one', () => {
    const inventory = parse(
      `  a: { address: a }
  b: { address: b, identityFile: [./k1, /k2], agent: false, legacyAlgorithms: [ssh-rsa, hmac-sha1] }`,
      `${DEFAULTS}, agent: true, passphrase: key`,
      'credentials: { key: { passwordFile: ./p } }',
    );
    expect(hostOf(inventory, 'a')).toEqual({
      name: 'a',
      address: 'a',
      port: 22,
      user: 'wasadmin',
      identityFiles: ['/etc/s/id'],
      knownHostsFile: '/etc/s/kh',
      agent: true,
      passphrase: 'key',
    });
    const b = hostOf(inventory, 'b');
    expect(b).toMatchObject({ identityFiles: ['/etc/s/k1', '/k2'], legacyAlgorithms: ['ssh-rsa', 'hmac-sha1'] });
    expect(b).not.toHaveProperty('agent');
  });

  test('an agent may be all that there is', () => {
    expect(hostOf(parse('  a: { address: a }', 'user: u, knownHosts: kh, agent: /run/agent'), 'a')).toMatchObject({
      identityFiles: [],
      agent: '/run/agent',
    });
  });

  test('the way leads over the jump hosts in their order, and over theirs before them', () => {
    const inventory = parse(`  gate: { address: gate, user: ops }
  inner: { address: inner, port: 2222, jump: [gate] }
  a: { address: a, jump: [inner] }
  b: { address: b, jump: [gate, inner] }`);
    const way = (name: string) => hostOf(inventory, name).jump?.map((hop) => `${hop.user}@${hop.name}:${hop.port}`);
    expect(way('gate')).toBeUndefined();
    expect(way('inner')).toEqual(['ops@gate:22']);
    expect(way('a')).toEqual(['ops@gate:22', 'wasadmin@inner:2222']);
    expect(way('b')).toEqual(['ops@gate:22', 'wasadmin@inner:2222']);
  });

  test('a way of the defaults is not the way to the hosts that stand on it, and a host may have none', () => {
    const inventory = parse(
      '  gate: { address: gate }\n  a: { address: a }\n  b: { address: b, jump: [] }',
      `${DEFAULTS}, jump: [gate], become: { user: was, login: pw }`,
      'credentials: { pw: { passwordFile: ./p } }',
    );
    expect(hostOf(inventory, 'gate')).not.toHaveProperty('jump');
    expect(hostOf(inventory, 'a').jump).toMatchObject([{ name: 'gate' }]);
    expect(hostOf(inventory, 'a').jump?.[0]).not.toHaveProperty('become');
    expect(hostOf(inventory, 'b')).not.toHaveProperty('jump');
    expect(hostOf(inventory, 'b').become).toEqual({ user: 'was', method: 'sudo', login: 'pw' });
  });

  test('a host may go without what the defaults become', () => {
    const inventory = parse(
      '  a: { address: a, become: { method: none } }',
      `${DEFAULTS}, become: { user: was, method: su }`,
    );
    expect(hostOf(inventory, 'a')).not.toHaveProperty('become');
  });

  test('one address behind two ways is two hosts, and twice the same way is refused', () => {
    const two = '  g1: { address: g1 }\n  g2: { address: g2 }\n  a: { address: 10.0.0.1, jump: [g1] }\n';
    expect(parse(`${two}  b: { address: 10.0.0.1, jump: [g2] }`).hosts).toHaveLength(4);
    expect(refusal(() => parse(`${two}  b: { address: 10.0.0.1, jump: [g1] }`)).code).toBe('INPUT_VALUE');
  });

  test.each([
    ['jump: [nowhere]', 'INPUT_UNKNOWN_NAME', 'host "nowhere" is not declared'],
    ['jump: [a]', 'INPUT_VALUE', 'its way leads through a twice'],
    ['passphrase: none', 'INPUT_UNKNOWN_NAME', 'credential "none"'],
    ['become: { user: was, login: none }', 'INPUT_UNKNOWN_NAME', 'credential "none"'],
    ['become: { method: su }', 'INPUT_VALUE', 'the key user is missing'],
    ['become: { user: was, method: doas }', 'INPUT_VALUE', 'one of sudo, su, none'],
    ['become: { user: "-x" }', 'INPUT_VALUE', 'an account name'],
    ['become: { user: was, password: x }', 'INPUT_UNKNOWN_KEY', '"password" is not known'],
    ['os: windows, become: { user: was }', 'INPUT_VALUE', 'become is not possible on Windows'],
    ['os: linux', 'INPUT_VALUE', 'one of unix, windows'],
    ['legacyAlgorithms: [blowfish-cbc]', 'INPUT_VALUE', 'must be one of diffie-hellman'],
    ['agent: [x]', 'INPUT_VALUE', 'true, false or the path of a socket'],
    ['identityFile: []', 'INPUT_VALUE', 'a path, or a list of paths'],
    ['identityFile: [~/.ssh/id]', 'INPUT_VALUE', 'a path, or a list of paths'],
  ])('refuses { %s }', (keys, code, message) => {
    const error = refusal(() => parse(`  a: { address: a, ${keys} }`));
    expect(error).toMatchObject({ code, exitCode: 65, message: expect.stringContaining(message) });
  });
});

describe('a password', () => {
  const credential = (keys: string): Inventory =>
    parse('  a: { address: a }', DEFAULTS, `credentials: { c: { ${keys} } }`);

  test.each([
    ['passwordFile: ./p', { kind: 'file', file: '/etc/s/p' }],
    ['passwordFile: /dev/fd/3', { kind: 'file', file: '/dev/fd/3' }],
    ['passwordDescriptor: 3', { kind: 'descriptor', descriptor: 3 }],
    ['passwordFrom: stdin', { kind: 'stdin' }],
    ['passwordFrom: prompt', { kind: 'prompt' }],
    ['passwordCommand: [pass, show, was]', { kind: 'command', argv: ['pass', 'show', 'was'], timeoutMs: 30_000 }],
    ['passwordCommand: [./helper], passwordTimeout: 5s', { kind: 'command', argv: ['/etc/s/helper'], timeoutMs: 5000 }],
  ])('comes from { %s }', (keys, source) => {
    expect(credential(keys).credentials).toEqual([{ name: 'c', user: '', password: source }]);
  });

  test.each([
    ['user: x', 'the key passwordFile is missing'],
    ['passwordFile: p, passwordFrom: stdin', 'has passwordFile and passwordFrom'],
    ['passwordFile: p, passwordTimeout: 5s', 'passwordTimeout is only for passwordCommand'],
    ['passwordCommand: []', 'passwordCommand'],
    ['passwordDescriptor: 0', 'a whole number from 3 to 255'],
  ])('is refused as { %s }', (keys, message) => {
    expect(refusal(() => credential(keys))).toMatchObject({ exitCode: 65, message: expect.stringContaining(message) });
  });

  test('cannot be read twice from one descriptor', () => {
    const rest = 'credentials: { c: { passwordDescriptor: 3 }, d: { passwordDescriptor: 3 } }';
    const error = refusal(() => parse('  a: { address: a }', DEFAULTS, rest));
    expect(error.message).toContain('descriptor 3 is read by credentials.c already');
  });

  test('without an account is no log-in for a cell', () => {
    const rest = `credentials: { c: { passwordFile: p } }
cells: { x: { deploymentManager: { host: a, profile: /p, node: n }, login: c, nodes: {} } }`;
    expect(refusal(() => parse('  a: { address: a }', DEFAULTS, rest)).message).toContain('credential c has no user');
  });
});

describe('with an SSH configuration', () => {
  const CONFIG = `
Host gate
  HostName gate.acme.example
  User ops
  IdentityFile ~/.ssh/gate
Host dm stp
  HostName %h.acme.example
  User nobody
  Port 2222
  ProxyJump gate
  IdentityFile /keys/%h-%p-%r
Host ring
  ProxyJump ring
Host win
  ProxyCommand nc %h %p
Host *
  User everybody
`;
  async function load(hosts: string, defaults = ''): Promise<Inventory> {
    writeFileSync(join(folder, 'config'), CONFIG);
    const file = join(folder, 'inventory.yaml');
    writeFileSync(file, text(hosts, `sshConfig: ./config${defaults}`));
    return await loadInventory(file);
  }

  test("a host that is only named is reached as ssh would, with the user's known_hosts", async () => {
    const [dm] = (await load('  dm: {}')).hosts;
    const knownHostsFile = join(homedir(), '.ssh/known_hosts');
    expect(dm).toEqual({
      name: 'dm',
      address: 'dm.acme.example',
      port: 2222,
      user: 'nobody',
      identityFiles: ['/keys/dm.acme.example-2222-nobody'],
      knownHostsFile,
      jump: [
        {
          name: 'gate',
          address: 'gate.acme.example',
          port: 22,
          user: 'ops',
          identityFiles: [join(homedir(), '.ssh/gate')],
          knownHostsFile,
        },
      ],
    });
  });

  test('every key of the inventory, and of its defaults, comes before it', async () => {
    const [dm] = (
      await load('  dm: { address: dm, port: 22, jump: [] }', ', user: me, identityFile: ./mine, knownHosts: ./kh')
    ).hosts;
    expect(dm).toEqual({
      name: 'dm',
      address: 'dm',
      port: 22,
      user: 'me',
      identityFiles: [join(folder, 'mine')],
      knownHostsFile: join(folder, 'kh'),
    });
  });

  test('it is looked up by the address where there is one, and a host may do without it', async () => {
    const hosts = (
      await load(
        '  x: { address: stp }\n  y: { address: dm, sshConfig: false }',
        ', user: me, identityFile: ./i, knownHosts: ./k',
      )
    ).hosts;
    expect(hosts.map(({ address, port, jump = [] }) => [address, port, jump.length])).toEqual([
      ['stp', 2222, 1],
      ['dm', 22, 0],
    ]);
  });

  test("a jump host of it that the inventory declares is the inventory's", async () => {
    const { hosts } = await load('  dm: {}\n  gate: { address: 10.0.0.1, user: me, identityFile: ./i }');
    expect(hosts[0]?.jump).toMatchObject([{ name: 'gate', address: '10.0.0.1', user: 'me' }]);
  });

  test('a host that needs a ProxyCommand is refused with the line of it, unless it opts out', async () => {
    await expect(load('  win: {}')).rejects.toMatchObject({
      code: 'INPUT_VALUE',
      place: { file: join(folder, 'config'), line: 15 },
    });
    await expect(
      load('  win: { address: w, user: a, identityFile: i, knownHosts: k, sshConfig: false }'),
    ).resolves.toBeDefined();
  });

  test('a host that is its own jump host is refused, as by ssh', async () => {
    await expect(load('  ring: {}')).rejects.toMatchObject({
      code: 'INPUT_VALUE',
      message: 'host ring: its way leads through ring twice',
    });
  });

  test('the plan is bound to it: another configuration gives another digest', async () => {
    const before = (await load('  dm: {}')).sha256;
    expect((await load('  dm: {}')).sha256).toBe(before);
    const file = join(folder, 'inventory.yaml');
    writeFileSync(join(folder, 'config'), CONFIG.replace('%h.acme', '%h.other'));
    expect((await loadInventory(file)).sha256).not.toBe(before);
  });
});
