// The real-parts lab of one test file: laid, hosts up, processes started by their own tools over SSH.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { HostEntry } from '../../src/inventory/types.ts';
import { addressOf, hostRoot, managerOf, profileRoot } from '../../src/lab/site.ts';
import { inventoryFile } from '../../src/lab/lay.ts';
import type { Site } from '../../src/lab/site.ts';
import { openHosts } from './hosts.ts';
import type { Hosts } from './hosts.ts';
import { layReal } from './lay-real.ts';
import { realSite, sshFolder } from './site.ts';

export interface RealLab extends AsyncDisposable {
  readonly site: Site;
  readonly dir: string;
  readonly hosts: Hosts;
  readonly inventoryFile: string;
  /** as strictstep knows a host */
  entry(host: string): HostEntry;
  /** a command on a host over OpenSSH's own client, as the service user */
  readonly ssh: (host: string, command: string, input?: string) => Promise<string>;
  /** a new key for the host's SSH server from now on; gives a function that brings the old one back */
  changeHostKey(host: string): Promise<() => Promise<void>>;
  /** the SSH server of a host reads its settings again */
  reloadSsh(host: string): Promise<void>;
}

const execute = promisify(execFile);

/** @param start the whole deployment, the deployment manager only, or nothing */
export async function openRealLab({ start = 'all' }: { start?: 'all' | 'manager' | 'none' } = {}): Promise<RealLab> {
  const site = realSite(await mkdtemp(path.join(tmpdir(), 'strictstep-real-lab-')));
  await layReal(site);
  const hosts = await openHosts(site);
  const ssh = async (host: string, command: string, input = ''): Promise<string> => {
    const files = ['-i', `${site.dir}/id_ed25519`, '-o', `UserKnownHostsFile=${site.dir}/known_hosts`];
    const words = [...files, '-o', 'BatchMode=yes', `wasadmin@${addressOf(site, host)}`, command];
    const running = execute('ssh', ['-F', 'none', ...words]);
    running.child.stdin?.end(input);
    return (await running).stdout;
  };
  const lab: RealLab = {
    site,
    dir: site.dir,
    hosts,
    inventoryFile: inventoryFile(site.dir),
    entry: (name) => ({
      name,
      address: addressOf(site, name),
      port: 22,
      user: site.scenario.user,
      identityFiles: [`${site.dir}/id_ed25519`],
      knownHostsFile: `${site.dir}/known_hosts`,
    }),
    ssh,
    reloadSsh: (host) => reload(site, hosts, host),
    changeHostKey: async (host) => {
      const key = path.join(sshFolder(site, host), 'host_key');
      await rename(key, `${key}.before`);
      await execute('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
      await reload(site, hosts, host);
      return async () => {
        await rename(`${key}.before`, key);
        await reload(site, hosts, host);
      };
    },
    [Symbol.asyncDispose]: async () => {
      await hosts[Symbol.asyncDispose]();
      await rm(site.dir, { recursive: true, force: true });
    },
  };
  try {
    if (start !== 'none') await startManager(lab);
    if (start === 'all') await startNodes(lab);
    return lab;
  } catch (error) {
    if (process.env['STRICTSTEP_REAL_KEEP'] === undefined) await lab[Symbol.asyncDispose]();
    throw error;
  }
}

/** The SSH server is its host's first process; SIGHUP makes it start anew, sessions stay. */
async function reload(site: Site, hosts: Hosts, host: string): Promise<void> {
  const log = path.join(hostRoot(site, host), 'sshd.log');
  const before = (await readFile(log, 'utf8')).length;
  await hosts.run(host, 'kill', '-HUP', '1');
  await until(async () => (await readFile(log, 'utf8')).slice(before).includes('Server listening'));
}

/** @throws Error when it does not come true */
export async function until(isTrue: () => Promise<boolean>, limitMs = 20_000): Promise<void> {
  for (const end = Date.now() + limitMs; Date.now() < end; await delay(50)) if (await isTrue()) return;
  throw new Error(`not within ${limitMs} ms: ${isTrue.toString()}`);
}

async function startManager({ site, ssh }: RealLab): Promise<void> {
  const { profile } = managerOf(site.scenario);
  await ssh(profile.host, `${profileRoot(site, profile)}/bin/startManager.sh`);
}

async function startNodes({ site, ssh }: RealLab): Promise<void> {
  const nodes = site.scenario.profiles.filter((profile) => profile !== managerOf(site.scenario).profile);
  await Promise.all(
    nodes.map(async (profile) => {
      const bin = `${profileRoot(site, profile)}/bin`;
      await ssh(profile.host, `${bin}/startNode.sh`);
      for (const { name, type } of profile.servers) {
        if (type !== 'NODE_AGENT') await ssh(profile.host, `${bin}/startServer.sh ${name}`);
      }
    }),
  );
}
