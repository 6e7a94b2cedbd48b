// Secrets from every place that the inventory may name, in a process of its own as a user starts it.
import { spawnSync } from 'node:child_process';
import type { StdioOptions } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { SecretSource } from '../../src/inventory/types.ts';
import { strictstep } from '../helpers/cli.ts';
import { onTerminal } from '../helpers/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'strictstep-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));
const SECRET = `canary ' "x" $HOME {xor}`;
const url = (path: string): string => pathToFileURL(join(import.meta.dirname, '../../src', path)).href;

/** Prints the secret, which nothing of ours ever does, or the error's code. */
function read(source: SecretSource, stdio: StdioOptions = ['ignore', 'pipe', 'pipe'], input?: string) {
  const wish = JSON.stringify({ source, name: 'was-admin', label: 'password of was-admin', mayAsk: true });
  const program = `
import { readSecret } from '${url('cli/secret-input.ts')}';
import { exposeSecret } from '${url('core/secret.ts')}';
try { console.log(exposeSecret(await readSecret(${wish}))); }
catch (error) { console.log(error.code, error.message, error.hint); }`;
  const words = ['--input-type=module', '-e', program];
  return spawnSync(process.execPath, words, { encoding: 'utf8', stdio, ...(input === undefined ? {} : { input }) })
    .stdout;
}

test('from a file, one line end of which does not count', () => {
  const file = join(folder, 'password');
  writeFileSync(file, `${SECRET}\n`, { mode: 0o600 });
  expect(read({ kind: 'file', file })).toBe(`${SECRET}\n`);
});

describe('from a descriptor', () => {
  const withDescriptor = (mode: number, kind: 'descriptor' | 'file') => {
    const file = join(folder, 'given');
    writeFileSync(file, SECRET);
    chmodSync(file, mode);
    const fd = openSync(file, 'r');
    const source: SecretSource = kind === 'file' ? { kind, file: '/dev/fd/3' } : { kind, descriptor: 3 };
    const said = read(source, ['ignore', 'pipe', 'pipe', fd]);
    closeSync(fd);
    return said;
  };

  test('by its number, or as /dev/fd/3', () => {
    expect(withDescriptor(0o600, 'descriptor')).toBe(`${SECRET}\n`);
    expect(withDescriptor(0o600, 'file')).toBe(`${SECRET}\n`);
  });

  test('unless others can read the file behind it', () => {
    expect(withDescriptor(0o640, 'descriptor')).toMatch(/^SECRET_EXPOSED/);
    expect(withDescriptor(0o604, 'file')).toMatch(/^SECRET_EXPOSED/);
  });

  test('and is told how to open one that is not open', () => {
    expect(read({ kind: 'descriptor', descriptor: 9 })).toMatch(
      /^INPUT_UNREADABLE password of was-admin: descriptor 9 .*9< FILE/,
    );
  });
});

describe('from a helper', () => {
  const helper = join(folder, 'helper');
  const give = (body: string): string => {
    writeFileSync(helper, `#!/bin/sh\n${body}\n`, { mode: 0o700 });
    return read({ kind: 'command', argv: [helper, 'was'], timeoutMs: 1000 });
  };

  test('that prints it', () => {
    expect(give(`cat <<'X'\n${SECRET}\nX`)).toBe(`${SECRET}\n`);
  });

  test.each([
    [
      'fails; neither output is shown',
      'echo canary; echo canary >&2; exit 4',
      /^INPUT_UNREADABLE .*helper ended with status 4/,
    ],
    ['prints nothing', 'true', /^INPUT_UNREADABLE .*nothing was given/],
    ['prints more', 'echo canary; echo canary', /^INPUT_UNREADABLE .*more than one line/],
    ['hangs', 'sleep 9', /^COMMAND_TIMEOUT/],
  ])('that %s', (_, body, said) => {
    const shown = give(body);
    expect(shown).toMatch(said);
    expect(shown).not.toContain('canary');
  });

  test('that is not there', () => {
    expect(read({ kind: 'command', argv: ['/nowhere/helper'], timeoutMs: 1000 })).toMatch(
      /^INPUT_UNREADABLE .*status 127/,
    );
  });
});

describe('from standard input', () => {
  const given = (input: string): string => read({ kind: 'stdin' }, 'pipe', input);

  test('by the line with the name', () => {
    expect(given(`other=x\nwas-admin=${SECRET}=\n`)).toBe(`${SECRET}=\n`);
    expect(given(`was-admin=a\r\n`)).toBe('a\n');
  });

  test.each([
    ['other=canary\n', 'has no line'],
    ['was-admin=canary\nwas-admin=canary\n', 'has more than one line'],
    ['', 'has no line'],
    ['was-admin=\n', 'nothing was given'],
  ])('refused when it is %j', (input, fact) => {
    const said = given(input);
    expect(said).toContain(`INPUT_UNREADABLE password of was-admin: `);
    expect(said).toContain(fact);
    expect(said).not.toContain('canary');
  });
});

describe('from a person', () => {
  const inventory = join(folder, 'inventory.yaml');
  writeFileSync(
    inventory,
    `apiVersion: strictstep/v1\nhosts: {}\ncredentials: { was-admin: { user: wasadmin, passwordFrom: prompt } }\n`,
  );

  test('who is asked on a terminal, and it is not shown', async () => {
    await using terminal = onTerminal('check', '--inventory', inventory);
    await terminal.sees('password of was-admin');
    terminal.type('canary-typed\r');
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.shown()).toContain('trust of 0');
    expect(terminal.shown()).not.toContain('canary');
  });

  test('never without a terminal, and not with --no-input on one', async () => {
    const { exitCode, stderr } = await strictstep('check', '--inventory', inventory);
    expect(exitCode).toBe(64);
    expect(stderr).toContain('missing answer: password of was-admin');
    expect(stderr).toContain('passwordFile');
    await using terminal = onTerminal('check', '--inventory', inventory, '--no-input');
    expect(await terminal.exitCode).toBe(64);
  });
});
