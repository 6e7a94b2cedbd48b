// The command lines of this room against the real keytool, certutil and pk12util (OpenJDK, NSS), good and bad: each failure has
// to be told by its own name. As root the files that must not be readable are looked at by another account.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import type { Command, CommandResult } from '../../../src/core/shell.ts';
import * as jks from '../../../src/products/sun-im/jks.ts';
import { judgeKeytool, objectionsToJks, parseKeytoolList } from '../../../src/products/sun-im/jks-output.ts';
import { lookCommand, parseLook, type FolderLook } from '../../../src/products/sun-im/look.ts';
import { judgeNss, parseCertutilKeys, parseCertutilList } from '../../../src/products/sun-im/nss-output.ts';
import * as nss from '../../../src/products/sun-im/nss.ts';
import { extractJksKey, javaStoreForm, openJks } from '../../../src/tls/open-jks.ts';
import { issueCertificate, makeCertificateAuthority, makeKey } from '../../../src/tls/issue-certificate.ts';
import { probeVersions } from '../../../src/tls/probe-versions.ts';
import { summarizeCertificate } from '../../../src/tls/summarize-certificate.ts';
import { writePkcs12 } from '../../../src/tls/write-pkcs12.ts';
import { localHost } from '../../helpers/local-host.ts';

const directory = mkdtempSync(join(tmpdir(), 'strictstep-sun-im-'));
const file = (...names: readonly string[]): string => join(directory, ...names);
const shell = localHost('im1');
const source = { host: 'im1', path: directory };
const password = new Secret('pa:ss "word$\\1', 'password of the stores');
const wrong = new Secret('another one', 'wrong password');

/** The account of the service, where the log-in could read everything. */
const other = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
const execute = (command: Command): Promise<CommandResult> =>
  shell.query({ ...command, argv: ['env', 'LC_ALL=C.UTF-8', ...command.argv] });
const executeAsOther = (command: Command): Promise<CommandResult> =>
  shell.query({ ...command, argv: [...other, 'env', 'LC_ALL=C.UTF-8', ...command.argv] });
const look = async (folder: string, as = execute): Promise<FolderLook> =>
  parseLook((await as(lookCommand(folder))).stdout, source);

const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2036-01-01T00:00:00Z') };
const key = makeKey();
const root = makeCertificateAuthority({ subject: 'Acme Root CA', key, ...validity });
const leafKey = makeKey();
const middle = makeCertificateAuthority({ subject: 'Acme Issuing CA', issuer: root, key, ...validity });
const leaf = issueCertificate({
  subject: 'im.acme.example',
  names: ['im.acme.example'],
  issuer: middle,
  key: leafKey,
  ...validity,
});
const chain = [leaf.certificate, middle.certificate, root.certificate];
const p12 = file('im.p12');

beforeAll(() => {
  chmodSync(directory, 0o755);
  const entries = [{ alias: 'multiplexor-cert', key: leafKey, chain }];
  writeFileSync(p12, writePkcs12({ entries, signers: [], password, legacy: true }));
  writeFileSync(file('modern.p12'), writePkcs12({ entries, signers: [], password, legacy: false }));
  writeFileSync(file('root.pem'), root.certificate.pem);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('keytool', () => {
  const tool: jks.Keytool = { keytool: 'keytool', store: file('server-keystore.jks'), password };
  const key12 = { p12, aliasInFile: 'multiplexor-cert', alias: 'im-server' };
  const why = async (command: Command, store = tool.store, as = execute): Promise<string> => {
    const outcome = judgeKeytool(await as(command), store, await look(directory, as));
    return outcome.kind === 'done' ? 'done' : outcome.why;
  };

  test('makes a JKS that one password opens, with the whole chain and the signer', async () => {
    expect(await why(jks.importKeyCommand(tool, key12))).toBe('done');
    expect(await why(jks.importSignerCommand(tool, 'acme-root', file('root.pem')))).toBe('done');
    const listed = await execute(jks.listCommand(tool));
    expect(judgeKeytool(listed, tool.store)).toEqual({ kind: 'done' });
    const wanted = { alias: 'im-server', chainLength: 3, signers: ['acme-root'] };
    const entries = parseKeytoolList(listed.stdout, source);
    expect(objectionsToJks(entries, wanted)).toEqual([]);
    expect(objectionsToJks(entries, { ...wanted, chainLength: 2 })).toHaveLength(1);
    expect(await why(jks.keyProofCommand(tool, 'im-server'))).toBe('done');
    // The same, without keytool: its form, its password, and that the key has that password too.
    const bytes = readFileSync(tool.store);
    expect(javaStoreForm(bytes)).toBe('jks');
    expect(openJks(bytes, password).entries[0]?.chain.map(({ sha1 }) => sha1)).toEqual(chain.map(({ sha1 }) => sha1));
    expect(extractJksKey(bytes, password, 'im-server', {}).asymmetricKeyType).toBe('rsa');
  });

  test('a modern .p12 goes in as well', async () => {
    const store = file('modern.jks');
    expect(await why(jks.importKeyCommand({ ...tool, store }, { ...key12, p12: file('modern.p12') }))).toBe('done');
    expect(await why(jks.keyProofCommand({ ...tool, store }, 'im-server'))).toBe('done');
  });

  test('names each failure', async () => {
    expect(await why(jks.listCommand({ ...tool, password: wrong }))).toBe('store-password');
    expect(await why(jks.keyProofCommand(tool, 'nobody'))).toBe('alias-missing');
    const fresh = { ...tool, store: file('fresh.jks') };
    expect(await why(jks.importKeyCommand(fresh, { ...key12, aliasInFile: 'nobody' }))).toBe('alias-missing');
    expect(await why(jks.importKeyCommand({ ...fresh, password: wrong }, key12))).toBe('p12-password');
    expect(await why(jks.importSignerCommand(tool, 'acme-root', file('root.pem')))).toBe('alias-taken');
    writeFileSync(file('garbage.jks'), 'no key store');
    expect(await why(jks.listCommand({ ...tool, store: file('garbage.jks') }))).toBe('not-a-key-store');
    const short = { ...tool, store: file('short.jks'), password: new Secret('abc', 'short password') };
    expect(await why(jks.importKeyCommand(short, key12))).toBe('password-too-short');
    expect(readdirSync(directory).filter((name) => /^(?:fresh|short)/u.test(name))).toEqual([]);
  });

  test('a key with another password than the store is found, though keytool lists it happily', async () => {
    const store = file('two.jks');
    expect(await why(jks.importKeyCommand({ ...tool, store }, key12))).toBe('done');
    const change = ['keytool', '-keypasswd', '-alias', 'im-server', '-keystore', store, '-storetype', 'JKS'];
    const changed = await execute({
      argv: change,
      stdin: [password, '\n', wrong, '\n', wrong, '\n'],
      timeoutMs: 60_000,
    });
    expect(changed.exitCode).toBe(0);
    expect(await why(jks.listCommand({ ...tool, store }), store)).toBe('done');
    expect(await why(jks.keyProofCommand({ ...tool, store }, 'im-server'), store)).toBe('key-password');
  });

  test('a store that is missing and one that may not be read are told apart, though keytool says the same', async () => {
    chmodSync(tool.store, 0o600);
    const gone = { ...tool, store: file('gone.jks') };
    const [missing, closed] = [await execute(jks.listCommand(gone)), await executeAsOther(jks.listCommand(tool))];
    const said = (result: CommandResult) => /does not exist/u.test(result.stdout + result.stderr);
    expect([said(missing), said(closed)]).toEqual([true, true]);
    expect(await why(jks.listCommand(gone), gone.store)).toBe('file-missing');
    if (other.length > 0) {
      expect(await why(jks.listCommand(tool), tool.store, executeAsOther)).toBe('file-unreadable');
    }
  });

  test('no password: keytool lists and verifies nothing, which is not taken for success', async () => {
    const { argv, timeoutMs } = jks.listCommand(tool);
    const result = await execute({ argv, timeoutMs });
    expect(result.exitCode).toBe(0);
    expect(judgeKeytool(result, tool.store)).toMatchObject({ kind: 'failed', why: 'not-verified' });
  });
});

describe.each(['dbm', 'sql'] as const)('certutil and pk12util, %s', (form) => {
  const folder = file(`nss-${form}`);
  const database: nss.Database = { folder, form, prefix: '', password };
  const nickname = 'multiplexor-cert';
  const judge = async (verb: Parameters<typeof judgeNss>[0], command: Command, base = database): Promise<string> => {
    const outcome = judgeNss(verb, await execute(command), base, await look(base.folder));
    return outcome.kind === 'done' ? 'done' : outcome.why;
  };

  test('makes a database whose certificate is valid once its root is trusted, and not before', async () => {
    mkdirSync(folder, { mode: 0o755 });
    expect(await judge('create', nss.createCommand(database))).toBe('done');
    const { certificates, keys, modules } = nss.NAMES[form];
    expect(readdirSync(folder).toSorted()).toEqual([certificates, keys, modules].toSorted());
    expect(await judge('import', nss.importKeyCommand(database, p12))).toBe('done');
    expect(await judge('keys', nss.emptyPasswordCommand(database))).toBe('database-password');
    const listed = await execute(nss.listCommand(database));
    const entries = parseCertutilList(listed.stdout);
    expect(entries).toContainEqual({ nickname, trust: 'u,u,u' });
    expect(entries).toHaveLength(3);
    const authorities = entries.filter(({ trust }) => trust === ',,').map((one) => one.nickname);
    const rootName = authorities.find((name) => name.includes('Root')) ?? '';
    expect(await judge('validity', nss.validityCommand(database, nickname))).toBe('not-valid');
    expect(await judge('trust', nss.trustCommand(database, rootName))).toBe('done');
    expect(await judge('validity', nss.validityCommand(database, nickname))).toBe('done');
    expect(parseCertutilKeys((await execute(nss.keysCommand(database))).stdout)).toEqual([nickname]);
  });

  test('a database without a password is found', async () => {
    const base = { ...database, folder: file(`open-${form}`) };
    mkdirSync(base.folder);
    const argv = ['certutil', '-N', '-d', `${form}:${base.folder}`, '--empty-password'];
    expect((await execute({ argv, timeoutMs: 60_000 })).exitCode).toBe(0);
    // A database without keys says so, with an exit status of its own.
    expect(await judge('keys', nss.emptyPasswordCommand(base), base)).not.toBe('database-password');
  });

  test('a modern .p12 goes in as well, with the tools of today', async () => {
    const base = { ...database, folder: file(`modern-${form}`) };
    mkdirSync(base.folder);
    expect(await judge('create', nss.createCommand(base), base)).toBe('done');
    expect(await judge('import', nss.importKeyCommand(base, file('modern.p12')), base)).toBe('done');
  });

  test('names each failure', async () => {
    expect(await judge('keys', nss.keysCommand({ ...database, password: wrong }))).toBe('database-password');
    expect(await judge('import', nss.importKeyCommand({ ...database, password: wrong }, p12))).toBe(
      'database-password',
    );
    writeFileSync(
      file('other.p12'),
      writePkcs12({ entries: [{ alias: 'x', key: leafKey, chain }], signers: [], password: wrong, legacy: true }),
    );
    expect(await judge('import', nss.importKeyCommand(database, file('other.p12')))).toBe('p12-password');
    expect(await judge('import', nss.importKeyCommand(database, file('gone.p12')))).toBe('p12-file');
    expect(await judge('validity', nss.validityCommand(database, 'Multiplexor_Cert'))).toBe('nickname-missing');
    expect(await judge('trust', nss.trustCommand(database, 'Nobody'))).toBe('nickname-missing');
  });

  test('no password: certutil ends with 0 and has checked nothing, which is not taken for success', async () => {
    const { argv, timeoutMs } = nss.validityCommand(database, nickname);
    const without = await execute({ argv: ['setsid', ...argv.slice(argv.indexOf('certutil'))], timeoutMs });
    expect(judgeNss('validity', without, database).kind).toBe('failed');
  });
});

test('the dbm database serves TLS as a multiplexor of legacy SSL would: SSL 3.0, with the whole chain', async () => {
  writeFileSync(file('served'), 'pa:ss "word$\\1\n', { mode: 0o600 });
  const port = await freePort();
  const options = ['-d', `dbm:${file('nss-dbm')}`, '-n', 'multiplexor-cert', '-p', String(port), '-f', file('served')];
  const server = spawn('selfserv', [...options, '-V', 'ssl3:tls1.0', '-v'], { stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    let said = '';
    for await (const chunk of server.stderr) {
      said += String(chunk);
      if (said.includes('About to call accept')) break;
    }
    const target = { host: '127.0.0.1', port, timeoutMs: 5000 };
    const report = await probeVersions(target, ['SSLv3', 'TLSv1', 'TLSv1.2']);
    expect(report.protocols).toMatchObject({ SSLv3: 'accepted', TLSv1: 'accepted', 'TLSv1.2': 'refused' });
    expect(report.chain.map((der) => summarizeCertificate(der).sha1)).toEqual(chain.map(({ sha1 }) => sha1));
  } finally {
    const ended = once(server, 'exit');
    server.kill();
    await ended;
  }
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

test('missing, unreadable, wrongly prefixed and sql databases have one error of certutil, and four names here', async () => {
  const made = file('nss-dbm');
  const base: nss.Database = { folder: made, form: 'dbm', prefix: '', password };
  const pref = file('prefixed');
  mkdirSync(pref, { mode: 0o755 });
  for (const name of ['cert8.db', 'key3.db'])
    writeFileSync(join(pref, `This-Database-${name}`), readFileSync(join(made, name)));
  writeFileSync(join(pref, 'secmod.db'), readFileSync(join(made, 'secmod.db')));
  const [empty, closed, broken] = [file('empty'), file('closed'), file('broken')];
  for (const folder of [empty, closed, broken]) mkdirSync(folder, { mode: 0o755 });
  for (const name of ['cert8.db', 'key3.db', 'secmod.db']) {
    writeFileSync(join(closed, name), readFileSync(join(made, name)));
    writeFileSync(join(broken, name), 'no database');
  }
  chmodSync(join(closed, 'cert8.db'), 0o000);
  const cases = [
    [{ ...base, folder: empty }, 'database-missing'],
    [{ ...base, folder: file('nowhere') }, 'folder-missing'],
    [{ ...base, folder: closed }, 'database-unreadable'],
    [{ ...base, folder: pref, prefix: 'This-Database' }, 'prefix-wrong'],
    [{ ...base, folder: pref }, 'prefix-wrong'],
    [{ ...base, folder: file('nss-sql') }, 'form-wrong'],
    [{ ...base, folder: broken }, 'database-damaged'],
  ] as const;
  for (const [database, why] of cases) {
    const result = await executeAsOther(nss.listCommand(database));
    expect(judgeNss('list', result, database)).toMatchObject({ why: 'database' });
    const seen = await look(database.folder, executeAsOther);
    expect(judgeNss('list', result, database, seen)).toMatchObject({ why });
  }
  chmodSync(join(pref, 'This-Database-cert8.db'), 0o644);
  for (const name of readdirSync(pref)) chmodSync(join(pref, name), 0o644);
  const right = { ...base, folder: pref, prefix: 'This-Database-' };
  expect(judgeNss('list', await executeAsOther(nss.listCommand(right)), right)).toEqual({ kind: 'done' });
  renameSync(join(pref, 'secmod.db'), join(pref, 'secmod.old'));
});

test('no command line carries the password', () => {
  const tool = { keytool: 'keytool', store: 's.jks', password };
  const base: nss.Database = { folder: 'd', form: 'dbm', prefix: 'p-', password, user: 'inetuser' };
  const commands = [
    jks.importKeyCommand(tool, { p12, aliasInFile: 'a', alias: 'b' }),
    jks.keyProofCommand(tool, 'b'),
    nss.importKeyCommand(base, p12),
    nss.createCommand(base),
  ];
  expect(JSON.stringify(commands.map(({ argv }) => argv))).not.toMatch(/secret|word\$/u);
  expect(commands.every(({ stdin }) => stdin?.includes(password))).toBe(true);
});
