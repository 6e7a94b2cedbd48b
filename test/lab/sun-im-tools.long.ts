// The lab's keytool, certutil and pk12util against the real ones (OpenJDK, NSS): the same commands, good and bad, have to end with
// the same outcome, and each side's JKS is read by the other.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import type { Command, CommandResult } from '../../src/core/shell.ts';
import type { SunImLab } from '../../src/lab/sun-im/index.ts';
import { configFolder } from '../../src/lab/sun-im/site.ts';
import * as jks from '../../src/products/sun-im/jks.ts';
import { judgeKeytool, objectionsToJks, parseKeytoolList } from '../../src/products/sun-im/jks-output.ts';
import { judgeNss, parseCertutilKeys, parseCertutilList } from '../../src/products/sun-im/nss-output.ts';
import * as nss from '../../src/products/sun-im/nss.ts';
import { localHost } from '../helpers/local-host.ts';
import { PASSWORD } from '../helpers/sun-im-host.ts';
import { onHostAs, openTestSunIm } from '../helpers/sun-im-lab.ts';

const real = mkdtempSync(path.join(tmpdir(), 'strictstep-sun-im-tools-'));
const shell = localHost('real');
const password = new Secret(PASSWORD, 'password of the stores');
const wrong = new Secret('an0ther-password', 'wrong password');
const short = new Secret('abc', 'short password');
let lab: SunImLab;
let stand = '';

beforeAll(async () => {
  lab = await openTestSunIm();
  stand = configFolder(lab.site, 'im1');
  for (const file of ['im.p12', 'root.pem']) copyFileSync(path.join(stand, file), path.join(real, file));
  for (const folder of [real, stand]) writeFileSync(path.join(folder, 'garbage.jks'), 'no key store');
});
afterAll(async () => {
  await lab.close();
  rmSync(real, { recursive: true, force: true });
});

const sides = [
  { name: 'real', folder: () => real, run: (command: Command) => executeReal(command) },
  { name: 'stand-in', folder: () => stand, run: (command: Command) => onHostAs(lab, 'im1', command) },
] as const;
const executeReal = (command: Command): Promise<CommandResult> =>
  shell.query({ ...command, argv: ['env', 'LC_ALL=C.UTF-8', ...command.argv] });

/** What each side makes of the same command, made for its own folder. */
const both = async <T>(make: (folder: string) => Command, tell: (result: CommandResult, folder: string) => T) =>
  await Promise.all(sides.map(async ({ folder, run }) => tell(await run(make(folder())), folder())));

test('keytool: every command ends alike, and each side reads what the other has made', async () => {
  const tool = (folder: string, secret = password, store = 'both.jks'): jks.Keytool => ({
    keytool: 'keytool',
    store: path.join(folder, store),
    password: secret,
  });
  const from = (folder: string, aliasInFile = 'acme-wild-2026') => ({
    p12: path.join(folder, 'im.p12'),
    aliasInFile,
    alias: 'im-server',
  });
  const root = (folder: string): string => path.join(folder, 'root.pem');
  const cases: readonly (readonly [string, (folder: string) => Command])[] = [
    ['alias-missing', (f) => jks.importKeyCommand(tool(f), from(f, 'nobody'))],
    ['p12-password', (f) => jks.importKeyCommand(tool(f, wrong), from(f))],
    ['password-too-short', (f) => jks.importKeyCommand(tool(f, short), from(f))],
    ['done', (f) => jks.importKeyCommand(tool(f), from(f))],
    ['store-password', (f) => jks.importSignerCommand(tool(f, wrong), 'acme-root', root(f))],
    ['done', (f) => jks.importSignerCommand(tool(f), 'acme-root', root(f))],
    ['alias-taken', (f) => jks.importSignerCommand(tool(f), 'acme-root', root(f))],
    ['done', (f) => jks.keyProofCommand(tool(f), 'im-server')],
    ['alias-missing', (f) => jks.keyProofCommand(tool(f), 'nobody')],
    ['store-password', (f) => jks.listCommand(tool(f, wrong))],
    ['no-file', (f) => jks.listCommand(tool(f, password, 'gone.jks'))],
    ['not-a-key-store', (f) => jks.listCommand(tool(f, password, 'garbage.jks'))],
    ['not-verified', (f) => ({ ...jks.listCommand(tool(f)), stdin: [] })],
  ];
  for (const [why, make] of cases) {
    const told = await both(make, (result, folder) => {
      const outcome = judgeKeytool(result, path.join(folder, 'both.jks'));
      return outcome.kind === 'done' ? 'done' : outcome.why;
    });
    expect(told).toEqual([why, why]);
  }
  const wanted = { alias: 'im-server', chainLength: 3, signers: ['acme-root'] };
  const listed = await both(
    (f) => jks.listCommand(tool(f)),
    ({ stdout }, f) => parseKeytoolList(stdout, { host: 'im1', path: f }),
  );
  expect(listed.map((entries) => objectionsToJks(entries, wanted))).toEqual([[], []]);
  const sorted = listed.map((entries) => entries.map(({ alias }) => alias).toSorted());
  expect(sorted[0]).toEqual(sorted[1]);
  copyFileSync(path.join(real, 'both.jks'), path.join(stand, 'other.jks'));
  copyFileSync(path.join(stand, 'both.jks'), path.join(real, 'other.jks'));
  const crossed = await both(
    (f) => jks.keyProofCommand(tool(f, password, 'other.jks'), 'im-server'),
    (result, f) => judgeKeytool(result, path.join(f, 'other.jks')),
  );
  expect(crossed).toEqual([{ kind: 'done' }, { kind: 'done' }]);
});

test('certutil and pk12util: every command ends alike, and they list the same', async () => {
  for (const { folder } of sides) mkdirSync(path.join(folder(), 'both-nss'));
  const database = (folder: string, secret = password): nss.Database => ({
    folder: path.join(folder, 'both-nss'),
    form: 'dbm',
    prefix: '',
    password: secret,
  });
  const p12 = (folder: string): string => path.join(folder, 'im.p12');
  const nickname = 'acme-wild-2026';
  const cases: readonly (readonly [string, Parameters<typeof judgeNss>[0], (folder: string) => Command])[] = [
    ['database', 'list', (f) => nss.listCommand(database(f))],
    ['done', 'create', (f) => nss.createCommand(database(f))],
    ['done', 'list', (f) => nss.listCommand(database(f))],
    ['database-password', 'import', (f) => nss.importKeyCommand(database(f, wrong), p12(f))],
    ['p12-file', 'import', (f) => nss.importKeyCommand(database(f), path.join(f, 'gone.p12'))],
    ['done', 'import', (f) => nss.importKeyCommand(database(f), p12(f))],
    ['done', 'import', (f) => nss.importKeyCommand(database(f), p12(f))],
    ['not-valid', 'validity', (f) => nss.validityCommand(database(f), nickname)],
    ['nickname-missing', 'trust', (f) => nss.trustCommand(database(f), 'Nobody')],
    ['done', 'trust', (f) => nss.trustCommand(database(f), 'Example Trust Root R1')],
    ['done', 'validity', (f) => nss.validityCommand(database(f), nickname)],
    ['nickname-missing', 'validity', (f) => nss.validityCommand(database(f), 'Acme-Wild-2026')],
    ['database-password', 'keys', (f) => nss.emptyPasswordCommand(database(f))],
    ['done', 'keys', (f) => nss.keysCommand(database(f))],
    ['database', 'list', (f) => nss.listCommand({ ...database(f), prefix: 'This-Database' })],
  ];
  for (const [why, verb, make] of cases) {
    const told = await both(make, (result, folder) => {
      const outcome = judgeNss(verb, result, database(folder));
      return outcome.kind === 'done' ? 'done' : outcome.why;
    });
    expect([verb, told]).toEqual([verb, [why, why]]);
  }
  const lists = await both(
    (f) => nss.listCommand(database(f)),
    ({ stdout }) =>
      parseCertutilList(stdout)
        .map(({ nickname: name, trust }) => `${name} ${trust}`)
        .toSorted(),
  );
  expect(lists[1]).toEqual(lists[0]);
  const keys = await both(
    (f) => nss.keysCommand(database(f)),
    ({ stdout }) => parseCertutilKeys(stdout),
  );
  expect(keys).toEqual([[nickname], [nickname]]);
  expect(readFileSync(path.join(stand, 'both-nss/cert8.db'), 'utf8')).not.toContain('PRIVATE KEY');
});
