// Community labs for tests: keys are made once per test file, every test works on a copy with ports of its own.
import { execFile } from 'node:child_process';
import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { openCommunityLab } from '../../src/lab/community/index.ts';
import type { CommunityLab } from '../../src/lab/community/index.ts';
import { clientPort, dataFolder, iniFile, logFile, memberNamed, serverPort } from '../../src/lab/community/site.ts';
import type { ScopeStores } from '../../src/products/sametime/component-settings.ts';
import { exposeSecret, Secret } from '../../src/core/secret.ts';
import { suiteById } from '../../src/tls/cipher-suites.ts';
import { issueCertificate, makeCertificateAuthority, makeKey } from '../../src/tls/issue-certificate.ts';
import { extractKey } from '../../src/tls/open-pkcs12.ts';
import { probeCiphers } from '../../src/tls/probe-ciphers.ts';
import { probeVersions } from '../../src/tls/probe-versions.ts';
import { probeVp } from '../../src/tls/probe-vp.ts';
import { writePkcs12 } from '../../src/tls/write-pkcs12.ts';
import { temporaryFolder } from './lab.ts';

let template: Promise<string> | undefined;

async function makeTemplate(): Promise<string> {
  const dir = path.join(await temporaryFolder(), 'community');
  const lab = await openCommunityLab({ dir, delays: { startMs: 0, retryMs: 50 } });
  await lab.close();
  return dir;
}

export async function openTestCommunity(): Promise<CommunityLab> {
  template ??= makeTemplate();
  const dir = path.join(await temporaryFolder(), 'lab');
  cpSync(await template, dir, { recursive: true });
  return await openCommunityLab({ dir, delays: { startMs: 5, retryMs: 50 } });
}

type PortName = 'server' | 'client';
type Mode = 'legacy' | 'dynamic' | 'strict';

const numberOf = (lab: CommunityLab, name: string, port: PortName): number => {
  const member = memberNamed(lab.site, name);
  return port === 'server' ? serverPort(lab.site, member) : clientPort(lab.site, member);
};

export const targetOf = (lab: CommunityLab, name: string, port: PortName) => ({
  host: memberNamed(lab.site, name).address,
  port: numberOf(lab, name, port),
  timeoutMs: 3000,
});

/** Writes a key into its section, as an administrator with an editor would; undefined takes the line away. */
export function setIni(lab: CommunityLab, name: string, section: string, key: string, value: string | undefined): void {
  const file = iniFile(lab.site, memberNamed(lab.site, name));
  const without = readFileSync(file, 'latin1').replace(new RegExp(`^${key}=.*\\r\\n`, 'm'), '');
  const text =
    value === undefined ? without : without.replace(`[${section}]\r\n`, `[${section}]\r\n${key}=${value}\r\n`);
  writeFileSync(file, text, 'latin1');
}

export const iniBytes = (lab: CommunityLab, name: string): Uint8Array =>
  readFileSync(iniFile(lab.site, memberNamed(lab.site, name)));

export const readIni = (lab: CommunityLab, name: string): string =>
  readFileSync(iniFile(lab.site, memberNamed(lab.site, name)), 'latin1');

export function setMode(lab: CommunityLab, name: string, port: PortName, mode: Mode): void {
  const [section, prefix] = port === 'server' ? ['Connectivity', 'VPS'] : ['Debug', 'VPMX'];
  const number = String(numberOf(lab, name, port));
  setIni(lab, name, section, `${prefix}_PORT`, mode === 'strict' ? '' : number);
  setIni(lab, name, section, `${prefix}_TLS_PORT`, mode === 'legacy' ? undefined : number);
}

const FILE_ALIAS = 'acme-wild-2026';

function labCertificate(lab: CommunityLab) {
  const given = readFileSync(path.join(lab.dir, 'secrets/wild_acme_com.password'), 'utf8').trim();
  const bytes = readFileSync(path.join(lab.dir, 'certificates/wild_acme_com.p12'));
  const { key, chain } = extractKey(bytes, new Secret(given, 'password of the certificate'), FILE_ALIAS);
  const root = chain.at(-1);
  if (root === undefined) throw new Error('the certificate has no chain');
  return { key, chain, root };
}

/** Key store and trust store of the lab's certificate beside the ini, named at ST_. */
export function giveStores(lab: CommunityLab, name: string, password = 'secret-of-stores'): void {
  const folder = dataFolder(lab.site, memberNamed(lab.site, name));
  const secret = new Secret(password, 'store password');
  const { key, chain, root } = labCertificate(lab);
  layStores(folder, secret, [{ alias: 'acme', key, chain }], [{ alias: 'root', certificate: root }]);
  nameStores(lab, name, secret);
}

/** The same stores as the product room wants them. */
export function storesOf(lab: CommunityLab): ScopeStores {
  const { chain, root } = labCertificate(lab);
  return { keys: [{ alias: 'acme', chain }], trust: [{ alias: 'root', certificate: root }] };
}

/** IANA names of what a strict server port takes with TLS 1.2. */
export async function suitesOf(lab: CommunityLab, name: string): Promise<readonly string[]> {
  const target = targetOf(lab, name, 'server');
  let first: number | undefined;
  await probeVersions(target, ['TLSv1.2'], { onAccepted: (_version, suite) => (first = suite) });
  if (first === undefined) return [];
  const { suites } = await probeCiphers(target, 'TLSv1.2', { suite: first, isShort: false });
  return suites.map((id) => suiteById(id)?.iana ?? String(id));
}

type Contents = Parameters<typeof writePkcs12>[0];

function layStores(folder: string, password: Secret, entries: Contents['entries'], signers: Contents['signers']): void {
  const write = (file: string, contents: Pick<Contents, 'entries' | 'signers'>): void =>
    writeFileSync(path.join(folder, file), writePkcs12({ ...contents, password, legacy: true }), { mode: 0o600 });
  write('key.p12', { entries, signers: [] });
  write('trust.p12', { entries: [], signers });
}

function nameStores(lab: CommunityLab, name: string, password: Secret): void {
  for (const store of ['KEY', 'TRUST']) {
    setIni(lab, name, 'Config', `ST_TLS_${store}_STORE_FILE`, `${store.toLowerCase()}.p12`);
    setIni(lab, name, 'Config', `ST_TLS_${store}_STORE_TYPE`, 'p12');
    setIni(lab, name, 'Config', `ST_TLS_${store}_STORE_PASSWORD`, exposeSecret(password));
  }
}

/** Stores of an authority that nobody else in the community knows; it trusts only itself. */
export function giveForeignStores(lab: CommunityLab, name: string): void {
  const span = { notBefore: new Date(Date.now() - 86_400_000), notAfter: new Date(Date.now() + 86_400_000) };
  const key = makeKey();
  const root = makeCertificateAuthority({ subject: 'Foreign Root', ...span, key });
  const leaf = issueCertificate({ subject: 'foreign.example', names: [], issuer: root, ...span, key });
  const chain = [leaf.certificate, root.certificate];
  const secret = new Secret('secret-of-stores', 'store password');
  const folder = dataFolder(lab.site, memberNamed(lab.site, name));
  layStores(folder, secret, [{ alias: 'foreign', key, chain }], [{ alias: 'root', certificate: root.certificate }]);
  nameStores(lab, name, secret);
}

/** As somebody at the host would; what it prints says nothing about the ports. */
export async function ststart(lab: CommunityLab, name: string, what: string): Promise<string> {
  const cwd = dataFolder(lab.site, memberNamed(lab.site, name));
  const { stdout } = await promisify(execFile)('./ststart', [what], { cwd });
  return stdout;
}

export async function start(lab: CommunityLab, name: string): Promise<void> {
  await ststart(lab, name, 'background');
  await untilRunning(lab, name);
}

export const stop = (lab: CommunityLab, name: string): Promise<string> => ststart(lab, name, 'stop');

export async function restart(lab: CommunityLab, name: string): Promise<void> {
  await ststart(lab, name, 'restart');
  await untilRunning(lab, name);
}

async function untilRunning(lab: CommunityLab, name: string): Promise<void> {
  await until(() => lab.processes().find(({ process }) => process === name)?.state === 'running');
}

/** For what has no event to wait for: files that another program writes. */
export async function until(holds: () => boolean, timeoutMs = 5000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${holds.toString()}`);
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, 10);
    await promise;
  }
}

export const logOf = (lab: CommunityLab, name: string): string =>
  readFileSync(logFile(lab.site, memberNamed(lab.site, name)), 'utf8');

/** A mark in all logs, so that a test can look at what came after it. */
export function markLogs(lab: CommunityLab, mark: string): void {
  for (const member of lab.site.scenario.members) appendFileSync(logFile(lab.site, member), `# ${mark}\n`);
}

export const logAfter = (lab: CommunityLab, name: string, mark: string): string =>
  logOf(lab, name).split(`# ${mark}\n`)[1] ?? '';

/** Answers of a port: the VP hand-shake without TLS, and the versions of TLS it takes. */
export async function answersOf(lab: CommunityLab, name: string, port: PortName) {
  const target = targetOf(lab, name, port);
  const vp = await probeVp(target);
  const { protocols } = await probeVersions(target, ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']);
  return {
    vp: vp.verdict,
    tls: Object.entries(protocols).flatMap(([version, one]) => (one === 'accepted' ? [version] : [])),
  };
}
