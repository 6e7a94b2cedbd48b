// Sun IM labs for tests: keys are made once per test file, every test works on a copy with ports of its own. Key stores lie beside
// iim.conf of im1 and im2; nothing names them yet.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import type { Command, CommandResult } from '../../src/core/shell.ts';
import type { ClientKind } from '../../src/lab/sun-im/client.ts';
import { personOf } from '../../src/lab/sun-im/desk.ts';
import { openSunImLab } from '../../src/lab/sun-im/index.ts';
import type { SunImLab } from '../../src/lab/sun-im/index.ts';
import { configFolder, runtimeFolder, serverNamed } from '../../src/lab/sun-im/site.ts';
import * as jks from '../../src/products/sun-im/jks.ts';
import { judgeKeytool } from '../../src/products/sun-im/jks-output.ts';
import { judgeNss } from '../../src/products/sun-im/nss-output.ts';
import * as nss from '../../src/products/sun-im/nss.ts';
import { sshTo, temporaryFolder } from './lab.ts';
import type { SshResult } from './lab.ts';
import { inputOf, labCertificate, lineOf, PASSWORD, setConf } from './sun-im-host.ts';
import type { Mode } from './sun-im-host.ts';
import { featuresFrom, pingFrom } from './sun-im-stream.ts';

let template: Promise<string> | undefined;

// Not in the time of the first test.
beforeAll(async () => {
  await (template ??= makeTemplate());
});

async function makeTemplate(): Promise<string> {
  const dir = path.join(await temporaryFolder(), 'sun-im');
  const lab = await openSunImLab({ dir, delays: { startMs: 0, retryMs: 50 } });
  await Promise.all(['im1', 'im2'].map((name) => giveStore(lab, name)));
  await lab.close();
  return dir;
}

export async function openTestSunIm(): Promise<SunImLab> {
  const dir = path.join(await temporaryFolder(), 'lab');
  cpSync(await (template ??= makeTemplate()), dir, { recursive: true });
  return await openSunImLab({ dir, delays: { startMs: 5, retryMs: 50 } });
}

export async function onHost(lab: SunImLab, host: string, command: string, stdin = ''): Promise<SshResult> {
  await using ssh = await sshTo(lab, host, { username: lab.site.scenario.user });
  return await ssh.run(command, stdin);
}

/** JKS and password file beside iim.conf, made by the host's own keytool, with the command lines of the product's room. */
async function giveStore(lab: SunImLab, name: string): Promise<void> {
  const folder = configFolder(lab.site, name);
  const password = new Secret(PASSWORD, 'password of the stores');
  const { p12, root } = labCertificate(lab, password);
  writeFileSync(path.join(folder, 'im.p12'), p12);
  writeFileSync(path.join(folder, 'root.pem'), root.pem);
  const tool = { keytool: 'keytool', store: path.join(folder, 'server-keystore.jks'), password };
  const from = { p12: path.join(folder, 'im.p12'), aliasInFile: 'acme-wild-2026', alias: 'im-server' };
  for (const command of [
    jks.importKeyCommand(tool, from),
    jks.importSignerCommand(tool, 'acme-root', path.join(folder, 'root.pem')),
  ])
    expect(judgeKeytool(await onHostAs(lab, name, command), tool.store)).toEqual({ kind: 'done' });
  writeFileSync(path.join(folder, 'sslpassword.conf'), `Internal (Software) Token:${PASSWORD}\n`, { mode: 0o600 });
}

/** Databases in the folder of iim.conf, by certutil and pk12util. */
export async function giveDatabase(lab: SunImLab, name: string): Promise<void> {
  const folder = path.join(configFolder(lab.site, name), 'nss');
  mkdirSync(folder);
  const password = new Secret(PASSWORD, 'password of the stores');
  const p12 = path.join(folder, 'im.p12');
  writeFileSync(p12, labCertificate(lab, password).p12);
  const database = { folder, form: 'dbm', prefix: '', password } as const;
  const judge = async (verb: Parameters<typeof judgeNss>[0], command: Command): Promise<void> =>
    expect(judgeNss(verb, await onHostAs(lab, name, command), database)).toEqual({ kind: 'done' });
  await judge('create', nss.createCommand(database));
  await judge('import', nss.importKeyCommand(database, p12));
  await judge('trust', nss.trustCommand(database, 'Example Trust Root R1'));
  await judge('validity', nss.validityCommand(database, 'acme-wild-2026'));
}

/** A command of the product's room, as the transport would run it. */
export async function onHostAs(lab: SunImLab, host: string, { argv, stdin = [] }: Command): Promise<CommandResult> {
  const { code, stdout, stderr } = await onHost(lab, host, lineOf(argv), inputOf(stdin));
  return { exitCode: code ?? -1, stdout, stderr };
}

/** iim.conf in that mode and a restart; the store has to be there. */
export async function setMode(lab: SunImLab, name: string, mode: Mode): Promise<void> {
  setConf(lab, name, {
    'iim_server.sslkeystore': mode === 'plain' ? null : 'server-keystore.jks',
    'iim_server.requiressl': mode === 'strict' ? 'true' : null,
  });
  await refresh(lab, name);
}

export async function refresh(lab: SunImLab, name: string, component = 'server'): Promise<void> {
  const { code } = await onHost(lab, name, `opt/sun/im/sbin/imadmin refresh ${component}`);
  expect(code).toBe(0);
  await expect
    .poll(() => lab.processes().find(({ process }) => process === `${name}/${component}`)?.state, SOON)
    .toBe('running');
}

/** What has no event to wait for: files and ports of other programs. */
export const SOON = { timeout: 5000, interval: 10 };

export async function featuresAt(lab: SunImLab, name: string, port: 'client' | 'server', kind: 'client' | 'server') {
  const server = serverNamed(lab.site, name);
  return await featuresFrom({ address: '127.0.0.1', port: lab.site.basePort + server[port] }, server.domain, kind);
}

export const ping = (lab: SunImLab, login: string, domain: string, kind: ClientKind = 'offered') =>
  pingFrom(personOf(lab.site, login, kind), domain);

export const logOf = (lab: SunImLab, host: string, file = 'xmppd.log'): string =>
  readFileSync(path.join(runtimeFolder(lab.site, host), 'log', file), 'utf8');
