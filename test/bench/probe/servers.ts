// The servers that are scanned, with what makes each of them, and what another implementation says they accept.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const OPEN = 'SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3';
const PACKAGES = {
  sslscan: 'sslscan',
  nmap: 'nmap',
  testssl: 'testssl.sh',
  javac: 'openjdk-17-jdk-headless',
  selfserv: 'libnss3-tools',
  openssl: 'openssl',
};

export type Bench = AsyncDisposable & {
  readonly directory: string;
  readonly keep: (child: ChildProcess) => ChildProcess;
};

/** As root it installs what is missing from Debian. @returns the commands that are still missing */
export async function installTools(): Promise<readonly string[]> {
  const isThere = async (name: string): Promise<boolean> =>
    execute('sh', ['-c', `command -v ${name}`]).then(
      () => true,
      () => false,
    );
  const findMissing = async (): Promise<readonly string[]> => {
    const found = await Promise.all(Object.keys(PACKAGES).map(async (name) => [name, await isThere(name)] as const));
    return found.flatMap(([name, isFound]) => (isFound ? [] : [name]));
  };
  const missing = await findMissing();
  const packages = Object.entries(PACKAGES).flatMap(([name, debian]) => (missing.includes(name) ? [debian] : []));
  if (packages.length > 0 && process.getuid?.() === 0)
    await execute('apt-get', ['install', '-y', '--no-install-recommends', ...packages]).catch(() => undefined);
  return findMissing();
}

/** One after the other; below those that the system gives out itself. */
export async function findFreePorts(count: number): Promise<readonly number[]> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * (12_000 - count));
    const ports = Array.from({ length: count }, (_, index) => first + index);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return ports;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '0.0.0.0');
  return once(server, 'listening').then(
    async () => {
      server.close();
      await once(server, 'close');
      return true;
    },
    () => false,
  );
}

export function openBench(): Bench {
  const directory = mkdtempSync(join(tmpdir(), 'strictstep-bench-'));
  const children: ChildProcess[] = [];
  return {
    directory,
    keep(child) {
      children.push(child);
      return child;
    },
    async [Symbol.asyncDispose]() {
      for (const child of children) child.kill();
      await setTimeout(200);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The DSA key has the size of its time; JSSE breaks down over a longer one below TLS 1.2. */
export async function makeKeys({ directory }: Bench): Promise<void> {
  const security = 'jdk.tls.disabledAlgorithms=\njdk.tls.legacyAlgorithms=\njdk.certpath.disabledAlgorithms=\n';
  writeFileSync(join(directory, 'open.security'), security);
  const common = '-storetype PKCS12 -storepass changeit -validity 30 -dname CN=x.acme.example'.split(' ');
  const all = ['-keystore', join(directory, 'all.p12'), ...common];
  await execute('keytool', ['-genkeypair', '-alias', 'rsa', '-keyalg', 'RSA', '-keysize', '2048', ...all]);
  await execute('keytool', ['-genkeypair', '-alias', 'ec', '-keyalg', 'EC', '-groupname', 'secp256r1', ...all]);
  await execute('keytool', ['-genkeypair', '-alias', 'dsa', '-keyalg', 'DSA', '-keysize', '1024', ...all]);
  const [key, pem, store] = ['rsa.key', 'rsa.pem', 'rsa.p12'].map((name) => join(directory, name));
  if (key === undefined || pem === undefined || store === undefined) return;
  const subject = ['-subj', '/CN=rsa.acme.example', '-days', '30'];
  await execute('openssl', ['req', '-x509', '-nodes', '-newkey', 'rsa:2048', ...subject, '-keyout', key, '-out', pem]);
  const parts = ['-inkey', key, '-in', pem, '-out', store, '-passout', 'pass:changeit'];
  await execute('openssl', ['pkcs12', '-export', '-name', 'rsa', ...parts]);
  mkdirSync(join(directory, 'nss'));
  const database = `sql:${join(directory, 'nss')}`;
  await execute('certutil', ['-N', '-d', database, '--empty-password']);
  await execute('pk12util', ['-i', store, '-d', database, '-W', 'changeit', '-K', '']);
  const sources = ['../../real/tls/JsseServer.java', '../../real/tls/JsseTruth.java', 'ManyJsse.java'].map(pathOf);
  await execute('javac', ['-d', directory, ...sources]);
}

export async function startJsse(bench: Bench, port: number, count: number, isOpen: boolean): Promise<void> {
  const { directory } = bench;
  const strict = 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256';
  const flags = isOpen ? [`-Djava.security.properties=${join(directory, 'open.security')}`] : [];
  const [protocols, suites] = isOpen ? [OPEN, 'all'] : ['TLSv1.2', strict];
  const args = [String(count), String(port), protocols, 'none', suites, join(directory, 'all.p12')];
  await start(bench, ['java', ...flags, '-cp', directory, 'ManyJsse', ...args], port, count);
}

export async function startOpenssl(bench: Bench, port: number): Promise<void> {
  const [certificate, key] = ['rsa.pem', 'rsa.key'].map((name) => join(bench.directory, name));
  const options = `-accept 127.0.0.1:${port} -www -min_protocol TLSv1 -cipher ALL:@SECLEVEL=0`.split(' ');
  await start(bench, ['openssl', 's_server', ...options, '-cert', certificate ?? '', '-key', key ?? ''], port);
}

export const startNss = (bench: Bench, port: number): Promise<void> =>
  start(
    bench,
    [
      'selfserv',
      '-d',
      `sql:${join(bench.directory, 'nss')}`,
      '-n',
      'rsa',
      '-p',
      String(port),
      '-V',
      'tls1.0:tls1.3',
      '-w',
      '',
    ],
    port,
  );

/** One server process; every address 127.x.y.z with this port is an endpoint of its own. Node's default versions. */
export const startEverywhere = (bench: Bench, port: number): Promise<void> =>
  start(bench, [process.execPath, pathOf('everywhere-server.ts'), bench.directory, String(port)], port);

async function start(bench: Bench, [command = '', ...args]: readonly string[], port: number, count = 1): Promise<void> {
  const child = bench.keep(spawn(command, args, { stdio: 'ignore' }));
  for (let index = 0; index < count; index += 1) await waitFor(child, command, port + index);
}

async function waitFor(child: ChildProcess, command: string, port: number): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}`);
    const socket = connect({ port, host: '127.0.0.1' });
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await setTimeout(100);
  }
  throw new Error(`${command} does not listen on port ${port}`);
}
