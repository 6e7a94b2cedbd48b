// Twelve passwords that are easy to spill: with blanks, quotes and signs of every language they pass through. Three are in
// use in each run; a process of its own reads the arguments and environment of every process while it lasts, and every
// byte that was written anywhere is searched for them, in all disguises.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openLab } from '../../src/lab/index.ts';
import type { Plan } from '../../src/plan/types.ts';
import { strictstep } from '../helpers/cli.ts';
import { disguisesOf, filesBelow } from '../helpers/files.ts';
import { openTestLab } from '../helpers/lab.ts';
import { canRun } from '../helpers/can-run.ts';

/** A database password stands unquoted in a CONNECT, so what could end or change that is refused; see recording-row. */
const SECRETS: readonly (readonly [administrator: string, database: string, keyStore: string])[] = [
  [`three plain words, it's "a"`, 'db+100%!canary=', '<canary a="1">&amp;</canary>'],
  ['{xor}KD4xPi0mfjw+', 'Y2FuYXJ5LWRhdGFiYXNl', '$(touch pwned)`id`;|&>x'],
  [String.raw`back\slash\n\u0041`, '-u.canary/+db*~HOME', 'canary*?[a-z]~ {1..3}'],
  ['#canary=!:value', 'canary%20%27url', `'"'"'canary'"'"'`],
];

const PLAYBOOK = `apiVersion: strictstep/v1
playbook: canary
title: Everything that needs a password
phases:
  - phase: all
    title: All
    tasks:
      - { task: Row, operation: recording-row, on: { target: database }, with: { protocol: TLSv1.2 } }
      - { task: Certificate, operation: personal-certificate, on: { target: cell }, with: { certificate: messaging, keyStore: CellDefaultKeyStore } }
`;

/** Prints everything that /proc tells, each text once. */
const SAMPLER = `
const { readdirSync, readFileSync, writeSync } = require('node:fs');
const seen = new Set();
for (;;) {
  for (const id of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(id) || id === String(process.pid)) continue;
    for (const name of ['cmdline', 'environ']) {
      try {
        const text = readFileSync('/proc/' + id + '/' + name, 'latin1');
        if (!seen.has(text)) { seen.add(text); writeSync(1, text + '\\n'); }
      } catch {}
    }
  }
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
}`;

async function sample<Result>(during: () => Promise<Result>): Promise<readonly [Result, text: string]> {
  const sampler = spawn(process.execPath, ['-e', SAMPLER], { stdio: ['ignore', 'pipe', 'ignore'] });
  const chunks: Buffer[] = [];
  sampler.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(sampler.stdout, 'data');
  try {
    return [await during(), Buffer.concat(chunks).toString('latin1')];
  } finally {
    sampler.kill();
    await once(sampler, 'close');
  }
}

/** Also as Latin-1, the way bytes are read here. */
const found = (text: string, secrets: readonly string[]): readonly string[] =>
  secrets.flatMap(disguisesOf).filter((disguise) => text.includes(disguise));

test.runIf(canRun(process.platform === 'linux', 'canary: it samples processes in /proc')).for(SECRETS)(
  'no byte of a run and no process shows the passwords %j',
  { timeout: 240_000 },
  async (secrets) => {
    const [administrator, database, keyStore] = secrets;
    const { dir } = await (async () => {
      await using laid = await openTestLab();
      return laid;
    })();
    const at = (name: string): string => path.join(dir, name);
    writeFileSync(at('secrets/was-admin.password'), `${administrator}\n`);
    writeFileSync(at('secrets/meetings-db.password'), `${database}\n`);
    await changeStorePassword(at, keyStore);
    await using lab = await openLab({ dir, delays: { startMs: 5 } });
    const out = mkdtempSync(path.join(tmpdir(), 'strictstep-canary-'));
    const [playbookFile, planFile, state] = ['playbook.yaml', 'plan.json', 'runs'].map((name) =>
      path.join(out, name),
    ) as [string, string, string];
    writeFileSync(playbookFile, PLAYBOOK);
    const wish = ['--inventory', lab.inventoryFile, '--playbook', playbookFile];
    const [said, processes] = await sample(async () => {
      const planned = await strictstep('plan', ...wish, '--out', planFile, '--state', state, '--json');
      expect(planned.exitCode, planned.stderr).toBe(0);
      const plan = JSON.parse(planned.stdout) as Plan;
      expect(plan.steps.map(({ operation }) => operation)).toEqual(
        expect.arrayContaining(['recording-row', 'personal-certificate', 'server-restart']),
      );
      const applied = await strictstep('apply', planFile, '--state', state, '--confirm', plan.confirm);
      expect(applied.exitCode, applied.stderr).toBe(0);
      return [planned, applied].map(({ stdout, stderr }) => stdout + stderr).join('\n');
    });
    // The sampler has seen the tools that were given the passwords.
    expect(processes).toMatch(/wsadmin/);
    expect(processes).toContain('/db2');
    expect(found(processes, secrets)).toEqual([]);
    expect(found(said, secrets)).toEqual([]);
    const files = [...filesBelow(out), ...filesBelow(dir)].filter((file) => !file.startsWith(at('secrets/')));
    expect(files.filter((file) => found(readFileSync(file, 'latin1'), secrets).length > 0)).toEqual([]);
    // A password that is spilled would be found.
    expect(
      filesBelow(at('secrets')).filter((file) => found(readFileSync(file, 'latin1'), secrets).length > 0).length,
    ).toBe(3);
  },
);

async function changeStorePassword(at: (name: string) => string, password: string): Promise<void> {
  const [store, passwordFile] = [at('certificates/wild_acme_com.p12'), at('secrets/wild_acme_com.password')];
  const [newStore, newPasswordFile] = [`${store}.new`, `${passwordFile}.new`];
  writeFileSync(newPasswordFile, `${password}\n`, { mode: 0o600 });
  const to = ['--to', 'pkcs12-legacy', '--out', newStore, '--out-password-file', newPasswordFile];
  const { exitCode, stderr } = await strictstep('cert', 'convert', store, '--password-file', passwordFile, ...to);
  expect(exitCode, stderr).toBe(0);
  renameSync(newStore, store);
  renameSync(newPasswordFile, passwordFile);
}
