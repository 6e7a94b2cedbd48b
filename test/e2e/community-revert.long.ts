// The first strict server while callers that no inventory has still come without TLS: what refuses it, what takes it back,
// and what the host does when the controller is gone. Two users chat all the time.
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Chat } from '../../src/lab/chat-numbers.ts';
import { openChat } from '../../src/lab/community/chat-client.ts';
import { filesBelow } from '../helpers/files.ts';
import { ADDRESSES, DYNAMIC, HIDDEN, openStaircase, STRICT, type Staircase } from '../helpers/staircase.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

let site: Staircase;
let chat: Chat;
let inventory: string;
beforeAll(async () => {
  site = await openStaircase();
  const users = [
    { name: 'xena', at: 'mux1', home: 'st2', address: '127.0.60.71', type: 'tls' },
    { name: 'yuri', at: 'st3', home: 'st3', address: '127.0.60.72', type: 'tls' },
  ] as const;
  chat = openChat(site.lab.site, users[0], users[1]);
  await site.lab.hand('proxy', 'tls');
  inventory = await site.writeInventory(HIDDEN);
}, 100_000);
afterAll(async () => {
  chat.close();
  await site[Symbol.asyncDispose]();
});

const census = (...more: readonly string[]) => {
  const window = ['--for', '9s', '--every', '3s', '--out', join(site.folder, 'census')];
  return site.run('census', '--inventory', inventory, '--community', 'stCommunity', ...window, ...more);
};
const rehearse = (time: string): readonly string[] => {
  const what = ['--inventory', inventory, '--server', 'stCommunity/st1', '--for', time];
  return ['rehearse', ...what, '--state', site.state, '--confirm', 'stCommunity'];
};
async function dynamicAgain(timeout: number): Promise<void> {
  await expect.poll(() => site.modeOf('st1'), { timeout, interval: 500 }).toBe('dynamic');
}

/** Starts it, waits until st1 is strict, and ends it as a crash of the machine would. */
async function killWhenStrict(...words: readonly string[]): Promise<void> {
  const controller = execa(process.execPath, [MAIN, ...words], { reject: false, stdin: 'ignore' });
  await expect.poll(() => site.modeOf('st1'), { timeout: 120_000, interval: 100 }).toBe('strict');
  controller.kill('SIGKILL');
  await controller;
}

test(
  'all declared servers are made dynamic while others that nobody declared are there',
  { timeout: 200_000 },
  async () => {
    expect(await site.plan(DYNAMIC)).toMatchObject({ exitCode: 0 });
    expect(await site.apply()).toMatchObject({ exitCode: 0 });
    expect(await site.modeOf('st1')).toBe('dynamic');
  },
);

test('the census names each of them, and the gate refuses the strict server', { timeout: 120_000 }, async () => {
  const taken = await census();
  expect(taken.exitCode).toBe(4);
  expect(await site.plan(STRICT)).toMatchObject({ exitCode: 0 });
  const refused = await site.apply();
  expect(refused).toMatchObject({ exitCode: 4 });
  for (const name of HIDDEN) expect(refused.stderr).toContain(name);
  expect(await site.modeOf('st1')).toBe('dynamic');
});

test(
  'with waivers forced, health names each of them and the server is dynamic again',
  { timeout: 200_000 },
  async () => {
    // Clients, too, are without TLS, at ports that this is not about.
    const waivers = [...HIDDEN, 'rich', 'xena', 'yuri'].map(
      (peer) => `  - { peer: ${peer}, reason: forced, expires: 2099-01-01T00:00:00Z }`,
    );
    await writeFile(join(site.folder, 'waivers.yaml'), `waivers:\n${waivers.join('\n')}\n`);
    expect(await census('--waivers', join(site.folder, 'waivers.yaml'))).toMatchObject({ exitCode: 0 });
    expect(await site.plan(STRICT)).toMatchObject({ exitCode: 0 });
    const failed = await site.apply();
    expect(failed.exitCode, failed.stderr).toBe(7);
    for (const address of ADDRESSES) expect(failed.stderr).toContain(address);
    expect(await site.modeOf('st1')).toBe('dynamic');
  },
);

test(
  'when the controller is killed, the server is dynamic again by itself, and the same command goes on',
  { timeout: 600_000 },
  async () => {
    // Long enough for the health checks of the same plan that come later, on a machine that does something else as well.
    await site.writeInventory(HIDDEN, '60s');
    expect(await site.plan(STRICT)).toMatchObject({ exitCode: 0 });
    await killWhenStrict(...site.applyArguments());
    await dynamicAgain(180_000);
    // Nobody has changed the callers, so it fails again: for the same reason, and not over what the revert left.
    const again = await site.apply();
    expect(again.exitCode, again.stderr).toBe(7);
    expect(again.stderr).toContain(ADDRESSES[3]);
    expect(await site.modeOf('st1')).toBe('dynamic');
  },
);

test('a rehearsal names who was refused, and goes back', { timeout: 200_000 }, async () => {
  const rehearsed = await site.run(...rehearse('8s'));
  expect(rehearsed.exitCode, rehearsed.stderr).toBe(4);
  for (const address of ADDRESSES) expect(rehearsed.stdout).toContain(address);
  expect(rehearsed.stdout).toContain('nightly-bot');
  expect(await site.modeOf('st1')).toBe('dynamic');
});

test('Ctrl-C ends a rehearsal early, and what was seen is told', { timeout: 200_000 }, async () => {
  const words = rehearse('30m');
  const controller = execa(process.execPath, [MAIN, ...words], { reject: false, stdin: 'ignore' });
  await expect.poll(() => site.modeOf('st1'), { timeout: 120_000, interval: 100 }).toBe('strict');
  controller.kill('SIGINT');
  const { exitCode, stdout, stderr } = await controller;
  expect(exitCode, stderr).toBe(4);
  expect(stdout).toContain('cut short');
  expect(await site.modeOf('st1')).toBe('dynamic');
});

test('a rehearsal whose controller is killed goes back by itself', { timeout: 600_000 }, async () => {
  await killWhenStrict(...rehearse('10s'));
  await dynamicAgain(180_000);
  const unlocked = await site.run('unlock', 'st1', '--inventory', inventory, '--reason', 'killed by the test');
  expect(unlocked.exitCode, unlocked.stderr).toBe(0);
});

test(
  'when all of them use TLS, a rehearsal sees nobody refused, and the strict server stays',
  { timeout: 300_000 },
  async () => {
    inventory = await site.writeInventory([]);
    for (const program of ['media-manager', 'bot']) await site.lab.hand(program, 'tls');
    expect(await site.plan(DYNAMIC)).toMatchObject({ exitCode: 0 });
    expect(await site.apply()).toMatchObject({ exitCode: 0 });
    const rehearsed = await site.run(...rehearse('6s'));
    expect(rehearsed.exitCode, rehearsed.stderr).toBe(0);
    expect(rehearsed.stdout).toContain('nobody was refused');
    expect(await site.modeOf('st1')).toBe('dynamic');
    const [, ...phases] = STRICT.split(/(?=  - phase: )/u);
    expect(await site.plan(`${STRICT.split('  - phase: ')[0] ?? ''}${phases[1] ?? ''}`)).toMatchObject({ exitCode: 0 });
    const applied = await site.apply();
    expect(applied.exitCode, applied.stderr).toBe(0);
    expect(await site.modeOf('st1')).toBe('strict');
  },
);

test('no message of the two users was lost in all of this', { timeout: 60_000 }, async () => {
  await chat.finish(30_000);
  for (const direction of chat.report(60_000)) {
    expect(direction.missing).toEqual([]);
    expect(direction.sent).toBeGreaterThan(100);
  }
  expect(await readFile(join(site.state, 'lock.json'), 'utf8').catch(() => 'none')).toBe('none');
});

test('no secret is in any output, journal, report, command line, log or file that is left over', () => {
  const { lab, folder, outputs } = site;
  const password = readFileSync(join(lab.dir, 'secrets/wild_acme_com.password'), 'utf8').trim();
  const sshKey = readFileSync(join(lab.dir, 'id_ed25519'), 'latin1').split('\n')[2] ?? '';
  const forms = [password, sshKey].flatMap((text) => [
    Buffer.from(text),
    Buffer.from(Buffer.from(text).toString('base64')),
    Buffer.from(Buffer.from(text).toString('hex')),
    Buffer.from(text, 'utf16le'),
  ]);
  expect(password.length).toBeGreaterThan(10);
  expect(sshKey.length).toBeGreaterThan(30);
  const isOurs = (path: string): boolean => !path.includes('/secrets/') && !path.endsWith('/id_ed25519');
  const files = filesBelow(folder).filter(isOurs);
  expect(files.filter((path) => path.includes('.run-') && path.endsWith('.bak')).length).toBeGreaterThan(3);
  expect(files.filter((path) => path.includes('/.strictstep/dead-man/')).length).toBeGreaterThan(3);
  const holds = (bytes: Buffer): boolean => forms.some((form) => bytes.includes(form));
  // The search finds what is there to be found.
  for (const name of ['secrets/wild_acme_com.password', 'id_ed25519'])
    expect(holds(readFileSync(join(lab.dir, name)))).toBe(true);
  expect(files.filter((path) => holds(readFileSync(path)))).toEqual([]);
  expect(outputs.filter((text) => holds(Buffer.from(text)))).toEqual([]);
  expect(outputs.join('').length).toBeGreaterThan(5000);
});
