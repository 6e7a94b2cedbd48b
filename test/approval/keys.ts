// Real SSH keys in a folder of the test, made by the ssh-keygen of this machine: without it these tests fail, they are not
// skipped.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prettyJson } from '../../src/core/json.ts';
import type { Plan } from '../../src/plan/types.ts';
import { planOf, stepOf } from '../helpers/memory-run.ts';

export type KeyType = 'ed25519' | 'rsa';

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'strictstep-approval-'));
}

export function makeKey(folder: string, name: string, type: KeyType = 'ed25519', passphrase = ''): string {
  const file = join(folder, name);
  const size = type === 'rsa' ? ['-b', '3072'] : [];
  runSsh('ssh-keygen', ['-q', '-t', type, ...size, '-N', passphrase, '-C', name, '-f', file]);
  return file;
}

/** `<identities> [options] <public key>` for a line of an allowed-signers file. */
export function allowedLine(identities: string, keyFile: string, options = ''): string {
  const [type, key] = readFileSync(`${keyFile}.pub`, 'utf8').split(' ');
  return [identities, options, type, key].filter((part) => part !== '').join(' ');
}

export function writeAllowed(folder: string, ...lines: readonly string[]): string {
  const file = join(folder, 'allowed_signers');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

export const somePlan = (value = '1'): Plan => planOf([stepOf(1, 'a', null, value), stepOf(2, 'b', null, '2')]);

export function writePlan(folder: string, plan: Plan, name = 'plan.json'): string {
  const file = join(folder, name);
  writeFileSync(file, prettyJson(plan));
  return file;
}

/** What ssh-keygen itself signs, for approvals that strictstep would not make. */
export const signAs = (keyFile: string, namespace: string, text: string): string =>
  runSsh('ssh-keygen', ['-Y', 'sign', '-f', keyFile, '-n', namespace, '-P', ''], text);

/** A tool of the OpenSSH client; throws when it is missing or does not succeed. */
export const runSsh = (tool: 'ssh-keygen' | 'ssh-add', args: readonly string[], input = ''): string =>
  execFileSync(tool, args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });
