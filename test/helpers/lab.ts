// Labs for tests. Keys and stores are made once per test file; every test works on a copy of that folder, with ports of
// its own, and sees the same deployment: all processes running, everything at SSL_TLS.
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ssh2 from 'ssh2';
import type { Client, ClientChannel } from 'ssh2';
import { afterAll } from 'vitest';
import { openLab } from '../../src/lab/index.ts';
import { openRepository } from '../../src/lab/repository/repository.ts';
import type { Lab } from '../../src/lab/index.ts';
import { placeNamed, portOf, profileRoot } from '../../src/lab/site.ts';
import type { Delays } from '../../src/lab/types.ts';
import { probeVersions } from '../../src/tls/probe-versions.ts';

const folders: string[] = [];
let template: Promise<string> | undefined;

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'strictstep-lab-'));
  folders.push(folder);
  return folder;
}

afterAll(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
  template = undefined;
});

async function makeTemplate(): Promise<string> {
  const dir = path.join(await temporaryFolder(), 'template');
  const lab = await openLab({ dir, delays: { startMs: 0 } });
  await lab.close();
  return dir;
}

/** A lab on a folder of its own. Close it with `await using`. */
export async function openTestLab(delays: Partial<Delays> = {}): Promise<Lab> {
  template ??= makeTemplate();
  const dir = path.join(await temporaryFolder(), 'lab');
  await cp(await template, dir, { recursive: true });
  return await openLab({ dir, delays: { startMs: 5, ...delays } });
}

export type SshResult = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
};

export interface SshClient extends AsyncDisposable {
  readonly client: Client;
  /** Standard input is closed after `stdin`. */
  run(command: string, stdin?: string): Promise<SshResult>;
  /** standard input stays open */
  start(command: string): Promise<ClientChannel>;
}

export type LoginOptions = { readonly username?: string; readonly privateKey?: string | Buffer };

/** What a lab of any scenario has. */
type LabWithHosts = Pick<Lab, 'dir'> & {
  readonly site: { readonly basePort: number; readonly scenario: Pick<Lab['site']['scenario'], 'hosts'> };
};

export async function sshTo(lab: LabWithHosts, host: string, login: LoginOptions = {}): Promise<SshClient> {
  const offset = lab.site.scenario.hosts.find(({ name }) => name === host)?.offset ?? -1;
  const known = await readFile(path.join(lab.dir, 'known_hosts'), 'utf8');
  const client = new ssh2.Client();
  const ready = Promise.withResolvers<void>();
  client.once('ready', () => ready.resolve());
  client.on('error', ready.reject);
  client.connect({
    host: '127.0.0.1',
    port: lab.site.basePort + offset,
    username: 'wasadmin',
    privateKey: await readFile(path.join(lab.dir, 'id_ed25519')),
    hostVerifier: (key: Buffer) =>
      known.includes(`[127.0.0.1]:${lab.site.basePort + offset} ssh-ed25519 ${key.toString('base64')}\n`),
    ...login,
  });
  await ready.promise;
  const start = (command: string): Promise<ClientChannel> => {
    const { promise, resolve, reject } = Promise.withResolvers<ClientChannel>();
    client.exec(command, (error, channel) => (error === undefined ? resolve(channel) : reject(error)));
    return promise;
  };
  return {
    client,
    start,
    run: async (command, stdin = '') => {
      const channel = await start(command);
      channel.end(stdin);
      return await collect(channel);
    },
    [Symbol.asyncDispose]: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      client.once('close', () => resolve());
      client.end();
      return promise;
    },
  };
}

export function collect(channel: ClientChannel): Promise<SshResult> {
  const { promise, resolve } = Promise.withResolvers<SshResult>();
  const output = { stdout: '', stderr: '' };
  let exit: Pick<SshResult, 'code' | 'signal'> = { code: null, signal: null };
  channel.on('data', (chunk: Buffer) => {
    output.stdout += chunk.toString();
  });
  channel.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk.toString();
  });
  channel.on('exit', (code: number | null, signal?: string) => {
    exit = { code, signal: signal ?? null };
  });
  channel.on('close', () => resolve({ ...exit, ...output }));
  return promise;
}

/** Resolves with everything printed so far as soon as it holds `text`. */
export function printed(channel: ClientChannel, text: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let seen = '';
  channel.on('data', (chunk: Buffer) => {
    seen += chunk.toString();
    if (seen.includes(text)) resolve(seen);
  });
  channel.on('close', () => reject(new Error(`the command ended without "${text}": ${seen}`)));
  return promise;
}

/** `<profile>/bin/<tool>` of the profile that holds `node`. */
export const binOf = (lab: Lab, node: string): string => `${rootOf(lab, node)}/bin`;

export function rootOf(lab: Lab, node: string): string {
  const profile = lab.site.scenario.profiles.find((one) => one.node === node);
  if (profile === undefined) throw new Error(`no node ${node}`);
  return profileRoot(lab.site, profile);
}

/** @param name node/server/endpoint */
export function endpointPort(lab: Lab, name: string): number {
  const [node = '', server = '', endpoint = ''] = name.split('/');
  const found = placeNamed(lab.site.scenario, `${node}/${server}`).server.endpoints.find(
    (one) => one.name === endpoint,
  );
  if (found === undefined) throw new Error(`no endpoint ${name}`);
  return portOf(lab.site, found);
}

/** What a tool reads when it asks for the log-in. */
export const adminLogin = async (lab: Lab): Promise<string> =>
  `wasadmin\n${(await readFile(path.join(lab.dir, 'secrets/was-admin.password'), 'utf8')).trim()}\n`;

/** Changes one text in a file of a host, as an administrator with an editor would.
 * @param file below the lab's folder */
export const edit = (lab: Lab, file: string, find: string, replace: string): Promise<void> =>
  lab.fault({ kind: 'edit-file', path: path.relative(lab.dir, file), find, replace });

export type AdminCall = readonly [method: string, ...options: string[]];

/** Changes the master configuration and saves it, as a session at the console would. */
export function administer(lab: Lab, ...calls: readonly AdminCall[]): void {
  const { cell, profiles } = lab.site.scenario;
  const root = path.join(rootOf(lab, 'stCellManager01'), 'config');
  const workspace = openRepository({ root, cell, nodes: profiles.map(({ node }) => node) }).openWorkspace();
  for (const [method, ...options] of calls) workspace.call('AdminTask', method, [options]);
  workspace.call('AdminConfig', 'save', []);
}

export const CELL = '(cell):stCell';
export const nodeScope = (node: string): string => `${CELL}:(node):${node}`;

export const qop = (alias: string, scope: string, protocol: string): AdminCall => [
  'modifySSLConfig',
  '-alias',
  alias,
  '-scopeName',
  scope,
  '-sslProtocol',
  protocol,
];

/** The versions that a port of the deployment accepts, by raw hellos; `name` is node/server/endpoint. */
export async function offered(lab: Lab, name: string): Promise<readonly string[]> {
  const { protocols } = await probeVersions({ host: '127.0.0.1', port: endpointPort(lab, name), timeoutMs: 5000 });
  return Object.entries(protocols).flatMap(([version, verdict]) => (verdict === 'accepted' ? [version] : []));
}

export const stateOf = (lab: Lab, name: string): string | undefined =>
  lab.processes().find(({ process }) => process === name)?.state;

export const pidOf = (lab: Lab, name: string): number | null | undefined =>
  lab.processes().find(({ process }) => process === name)?.pid;

export const systemOut = (lab: Lab, node: string, server: string): Promise<string> =>
  readFile(path.join(rootOf(lab, node), 'logs', server, 'SystemOut.log'), 'utf8');
