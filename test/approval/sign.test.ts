import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { approvalsFolder, judgeApprovals, writeApproval } from '../../src/approval/index.ts';
import { allowedLine, makeKey, newFolder, runSsh, somePlan, writeAllowed, writePlan } from './keys.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const plan = somePlan();

afterEach(() => void vi.unstubAllEnvs());

const approve = (folder: string, keyFile: string, identity = 'alice') =>
  writeApproval({ plan, planFile: writePlan(folder, plan), keyFile, identity, now: NOW, lifetimeMs: 60_000 });

test('what is stored can be verified by ssh-keygen alone', async () => {
  const folder = newFolder();
  const key = makeKey(folder, 'alice');
  const allowed = writeAllowed(folder, allowedLine('alice@acme.example', key));
  const { file } = await approve(folder, key, 'alice@acme.example');
  const path = join(approvalsFolder(join(folder, 'plan.json')), file);
  const args = ['-Y', 'verify', '-f', allowed, '-I', 'alice@acme.example', '-n', 'strictstep', '-s', `${path}.sig`];
  const said = runSsh('ssh-keygen', args, readFileSync(path, 'utf8'));
  expect(said).toContain('Good "strictstep" signature for alice@acme.example');
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
    schema: 1,
    kind: 'strictstep-approval',
    role: 'approver',
    plan: plan.hash,
    identity: 'alice@acme.example',
    issued: '2026-03-01T12:00:00.000Z',
    expires: '2026-03-01T12:01:00.000Z',
  });
});

test('a key with a passphrase is refused with the way out, and nothing is stored', async () => {
  const folder = newFolder();
  const key = makeKey(folder, 'locked', 'ed25519', 'correct horse');
  // A program that would answer for a person: nobody may be asked.
  const [askpass, asked] = [join(folder, 'askpass'), join(folder, 'asked')];
  writeFileSync(askpass, `#!/bin/sh\n: > '${asked}'\necho 'correct horse'\n`, { mode: 0o755 });
  vi.stubEnv('SSH_ASKPASS', askpass);
  vi.stubEnv('SSH_ASKPASS_REQUIRE', 'force');
  await expect(approve(folder, key)).rejects.toMatchObject({
    code: 'APPROVAL_KEY',
    exitCode: 5,
    hint: expect.stringContaining('ssh-add'),
  });
  expect(existsSync(asked)).toBe(false);
  expect(existsSync(approvalsFolder(join(folder, 'plan.json')))).toBe(false);
});

test('a key with a passphrase that ssh-agent holds signs, by its private or its public file', async () => {
  const folder = newFolder();
  const key = makeKey(folder, 'agent');
  const socket = join(folder, 'agent.sock');
  // The agent lives as long as the program it starts, and that one as long as our end of its input.
  const program = 'ssh-agent';
  const agent = spawn(program, ['-a', socket, 'sh', '-c', 'echo ready; cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
  try {
    await once(agent.stdout, 'data');
    vi.stubEnv('SSH_AUTH_SOCK', socket);
    runSsh('ssh-add', ['-q', key]);
    runSsh('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'correct horse', '-f', key]);
    const allowedSigners = writeAllowed(folder, allowedLine('alice', key), allowedLine('bob', key));
    await approve(folder, key);
    await approve(folder, `${key}.pub`, 'bob');
    const planFile = join(folder, 'plan.json');
    const verdict = await judgeApprovals({ plan, planFile, allowedSigners, planner: undefined, now: NOW });
    expect(verdict.approvals.map(({ identity }) => identity)).toEqual(['alice']);
    expect(verdict.refused).toMatchObject([{ identity: 'bob', reason: 'same-person' }]);
  } finally {
    const ended = once(agent, 'exit');
    agent.stdin.end();
    await ended;
  }
});

test('a key that others can read, one that is missing and a file that is no key are refused', async () => {
  const folder = newFolder();
  const open = makeKey(folder, 'open');
  chmodSync(open, 0o644);
  await expect(approve(folder, open)).rejects.toMatchObject({ code: 'SECRET_EXPOSED' });
  await expect(approve(folder, join(folder, 'nothing'))).rejects.toMatchObject({ code: 'APPROVAL_KEY' });
  const text = join(folder, 'text');
  writeFileSync(text, 'not a key', { mode: 0o600 });
  await expect(approve(folder, text)).rejects.toMatchObject({ code: 'APPROVAL_KEY' });
});

test('a name that would be a pattern, a path or a flag is no identity', async () => {
  const folder = newFolder();
  const key = makeKey(folder, 'alice');
  for (const identity of ['*', '', 'a,b', '../alice', '-I', '!bob', 'a b', 'a\n', 'ä', 'a'.repeat(129)])
    await expect(approve(folder, key, identity), identity).rejects.toMatchObject({ code: 'USAGE' });
});

test('a plan that is not safe cannot be approved', async () => {
  const folder = newFolder();
  const unsafe = { ...plan, proof: { safe: false, counterexamples: [] } };
  const keyFile = makeKey(folder, 'alice');
  const terms = { planFile: writePlan(folder, unsafe), keyFile, identity: 'alice', now: NOW, lifetimeMs: 1000 };
  await expect(writeApproval({ plan: unsafe, ...terms })).rejects.toMatchObject({ code: 'PROOF_REFUSED' });
});

test('without ssh-keygen on the PATH both sides say so and name the package', async () => {
  const folder = newFolder();
  const key = makeKey(folder, 'alice');
  const allowedSigners = writeAllowed(folder, allowedLine('alice', key));
  await approve(folder, key);
  vi.stubEnv('PATH', folder);
  const wanted = { code: 'APPROVAL_TOOL', exitCode: 5, hint: expect.stringContaining('openssh-client') };
  await expect(approve(folder, key)).rejects.toMatchObject(wanted);
  const planFile = join(folder, 'plan.json');
  const question = { plan, planFile, allowedSigners, planner: undefined, now: NOW };
  await expect(judgeApprovals(question)).rejects.toMatchObject(wanted);
  rmSync(approvalsFolder(planFile), { recursive: true });
  expect((await judgeApprovals(question)).approvals).toEqual([]);
});

test('an ssh-keygen that is too old for signatures is named as such', async () => {
  const folder = newFolder();
  const key = makeKey(folder, 'alice');
  const old = join(folder, 'ssh-keygen');
  writeFileSync(old, '#!/bin/sh\necho "unknown option -- Y" >&2\nexit 1\n', { mode: 0o755 });
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
  await expect(approve(folder, key)).rejects.toMatchObject({
    code: 'APPROVAL_TOOL',
    message: expect.stringContaining('knows no sign'),
  });
});
