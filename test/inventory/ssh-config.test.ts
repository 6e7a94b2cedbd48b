// The SSH configuration as ssh itself understands it: random files of our keys against `ssh -G`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { OperatorError } from '../../src/core/errors.ts';
import { loadSshConfig } from '../../src/inventory/load-ssh-config.ts';
import { lookUpSshHost } from '../../src/inventory/ssh-config-lookup.ts';

const folder = mkdtempSync(join(tmpdir(), 'strictstep-sshconfig-'));
const file = join(folder, 'config');
afterAll(() => rmSync(folder, { recursive: true }));
const ME = userInfo().username;

const ours = async (name: string) => lookUpSshHost(await loadSshConfig(file, true), name, ME);

/** What ssh would do, of the keys that we know; a default of ssh is left out. */
function theirs(name: string) {
  const { stdout, stderr, status } = spawnSync('ssh', ['-T', '-F', file, '-G', name], { encoding: 'utf8' });
  const [, loop] = /^jumphost loop via (\S+)\s*$/.exec(stderr) ?? [];
  if (loop !== undefined) return { loop };
  expect(stderr, stderr).toBe('');
  expect(status).toBe(0);
  const all = stdout.split('\n').map((line): readonly [string, string] => {
    const at = line.indexOf(' ');
    return [line.slice(0, at), line.slice(at + 1)];
  });
  const value = (key: string): string | undefined => all.find(([word]) => word === key)?.[1];
  const identityFiles = all.filter(([word]) => word === 'identityfile').map(([, path]) => path);
  return {
    hostName: value('hostname'),
    user: value('user'),
    port: Number(value('port')),
    proxyJump: value('proxyjump') === 'none' ? undefined : value('proxyjump'),
    identityFiles: identityFiles.every((path) => DEFAULTS.has(path)) ? [] : identityFiles,
  };
}
const lastHop = (proxyJump = ''): string | undefined => /(?:^|[,@])([^,@:]+)(?::\d+)?$/.exec(proxyJump)?.[1];
const DEFAULTS = new Set(
  ['rsa', 'ecdsa', 'ecdsa_sk', 'ed25519', 'ed25519_sk', 'xmss', 'dsa'].map((type) => `~/.ssh/id_${type}`),
);

const word = fc.constantFrom('dm', 'stp', 'stp1', 'gate', 'dm.acme.example');
const pattern = fc.oneof(word, fc.constantFrom('*', 'st*', 's?p', '*.example', '!dm', '!st*', '*.acme.*', '!*1'));
const patterns = fc.array(pattern, { minLength: 1, maxLength: 3 });
const keyword = (name: string) => fc.constantFrom(name, name.toLowerCase(), name.toUpperCase());
const set = (name: string, values: fc.Arbitrary<string>) =>
  fc
    .tuple(keyword(name), fc.constantFrom(' ', '=', ' = ', '\t', '  '), values, fc.constantFrom('', '', ' # why', '  '))
    .map((parts) => parts.join(''));
const setting = fc.oneof(
  set('HostName', fc.constantFrom('10.0.0.1', '%h.acme.example', '"h2.example"', 'a%%b', "'h3'")),
  set('User', fc.constantFrom('wasadmin', 'ops', '"st admin"', String.raw`dom\\user`, String.raw`a\ b`)),
  set('Port', fc.constantFrom('22', '2222', '"2200"')),
  set('IdentityFile', fc.constantFrom('~/.ssh/a', '/keys/%h', '"/keys/with blank"', '%d/.ssh/%r')),
  set('ProxyJump', fc.constantFrom('gate', 'ops@gate:2222', 'gate,inner', 'none', '[::1]:22', 'a@b,c@d:1')),
  set('ProxyCommand', fc.constant('none')),
  set('ForwardAgent', fc.constant('no')),
  set('ServerAliveInterval', fc.constant('5')),
  fc.constantFrom('', '# remark', '   # another'),
);
const match = fc.oneof(
  fc.constant('Match all'),
  fc
    .tuple(fc.constantFrom('host', 'originalhost', 'Host'), fc.array(pattern, { minLength: 1, maxLength: 2 }))
    .map(([criterion, list]) => `Match ${criterion} ${list.join(',')}`),
  fc.constantFrom(`Match localuser ${ME}`, 'Match user wasadmin', 'Match user ops,nobody host *'),
);
const indented = fc.tuple(fc.constantFrom('', '  ', '\t'), setting).map((parts) => parts.join(''));
const block = fc
  .tuple(
    fc.oneof(
      patterns.map((list) => `Host ${list.join(' ')}`),
      match,
    ),
    fc.array(indented, { maxLength: 4 }),
  )
  .map(([head, lines]) => [head, ...lines].join('\n'));
const config = fc
  .tuple(fc.array(indented, { maxLength: 2 }), fc.array(block, { maxLength: 5 }))
  .map(([first, blocks]) => `${[...first, ...blocks].join('\n')}\n`);
const included = fc.option(fc.tuple(config, fc.nat(3)), { nil: undefined });

test('each of our keys has the value that ssh -G gives it', async () => {
  let jumps = 0;
  await fc.assert(
    fc.asyncProperty(config, included, fc.oneof(word, fc.constant('nobody')), async (content, other, name) => {
      mkdirSync(join(folder, 'conf.d'), { recursive: true });
      const lines = content.split('\n');
      if (other !== undefined) {
        writeFileSync(join(folder, 'conf.d', 'other.conf'), other[0]);
        lines.splice(Math.min(other[1], lines.length - 1), 0, `Include ${folder}/conf.d/*.conf ${folder}/no-such-file`);
      }
      writeFileSync(file, lines.join('\n'), { mode: 0o600 });
      const { hostName = name, user = ME, port = 22, proxyJump, identityFiles } = await ours(name);
      jumps += proxyJump === undefined ? 0 : 1;
      const { loop, ...their } = theirs(name);
      // Of a host that is its own jump host ssh gives no values. We refuse it where the way is put together: hosts.test.ts.
      if (loop === undefined)
        expect({ hostName, user, port, proxyJump, identityFiles }, lines.join('\n')).toEqual(their);
      else expect([hostName, lastHop(proxyJump)], lines.join('\n')).toEqual([loop, loop]);
    }),
    { numRuns: 120 },
  );
  expect(jumps).toBeGreaterThan(5);
});

async function refusal(content: string): Promise<OperatorError> {
  writeFileSync(file, content);
  const error: unknown = await ours('dm').catch((cause: unknown) => cause);
  if (error instanceof OperatorError) return error;
  throw new Error('it was not refused', { cause: error });
}

describe('what only ssh can judge is refused with its line when it would decide', () => {
  test.each([
    ['Host dm\n  ProxyCommand ssh -W %h:%p gate', 'INPUT_VALUE', 2, 'through a ProxyCommand'],
    ['Match exec "test -f /x"\n  HostName 10.0.0.1', 'INPUT_VALUE', 2, 'below a Match that only ssh can judge'],
    ['Match final\nUser x', 'INPUT_VALUE', 2, 'below a Match'],
    ['Host *\nHostName %k', 'INPUT_VALUE', 2, 'the token %k'],
    ['Port ssh', 'INPUT_VALUE', 1, 'Port ssh'],
    ['User a b', 'INPUT_VALUE', 1, 'more than one value'],
    ['User "a', 'INPUT_SYNTAX', 1, 'a quote is not closed'],
    ['User', 'INPUT_SYNTAX', 1, 'has no value'],
  ])('%s', async (content, code, line, fact) => {
    const error = await refusal(content);
    expect(error).toMatchObject({ code, exitCode: 65, place: { file, line }, message: expect.stringContaining(fact) });
  });

  test.each([
    'Host stp\nProxyCommand ssh gate',
    'Match exec x\nCompression yes',
    'Match host stp exec x\nUser y',
    'User x\nMatch exec x\nUser y',
    'ProxyJump gate\nProxyCommand ssh gate',
  ])('and let be when it would not: %s', async (content) => {
    writeFileSync(file, content);
    await expect(ours('dm')).resolves.toBeDefined();
  });
});

test('a file that includes itself is refused, not followed for ever', async () => {
  expect(await refusal(`Include ${file}`)).toMatchObject({
    code: 'INPUT_SYNTAX',
    message: expect.stringContaining('deep'),
  });
});
