// Hosts as name spaces: a bridge, a pair of links per host, and host-init.sh as each host's first process. All of it lives in
// the network and pid name spaces of this process (see run.sh): when that ends, the kernel takes everything away.
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { addressOf, hostRoot } from '../../src/lab/site.ts';
import type { Site } from '../../src/lab/site.ts';
import { DATABASE_ID, NETWORK, SERVICE_ID } from './site.ts';

const execute = promisify(execFile);
const CHECKOUT = path.join(import.meta.dirname, '../..');
const SPACES = ['--net', '--mount', '--pid', '--uts', '--ipc', '--fork', '--kill-child', '--mount-proc'];
const UP_MS = 20_000;

export interface Hosts extends AsyncDisposable {
  /** process id of a host's first process, as this name space sees it */
  readonly pids: ReadonlyMap<string, number>;
  /** a command on a host, as root */
  run(host: string, ...argv: readonly string[]): Promise<string>;
  /** takes the host's link away, or gives it back */
  setLink(host: string, state: 'up' | 'down'): Promise<void>;
  /** takes the way from here to a host away, or gives it back; other hosts keep theirs */
  setWay(host: string, state: 'direct' | 'none'): Promise<void>;
}

const ip = (...words: readonly string[]): Promise<unknown> => execute('ip', words);

const linkOf = (host: string): string => `to-${host}`;

/** What hosts need to know of their lab. */
export type HostsSite = Pick<Site, 'dir' | 'addresses'> & { readonly scenario: Pick<Site['scenario'], 'hosts'> };

export async function openHosts(site: HostsSite): Promise<Hosts> {
  const { hosts } = site.scenario;
  await using opened = new AsyncDisposableStack();
  await ip('link', 'set', 'lo', 'up');
  await ip('link', 'add', 'lab', 'type', 'bridge');
  opened.defer(async () => void (await ip('link', 'del', 'lab')));
  await ip('addr', 'add', `${NETWORK}.1/24`, 'dev', 'lab');
  await ip('link', 'set', 'lab', 'up');
  const children: ChildProcess[] = [];
  opened.defer(async () => {
    const ended = children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    for (const child of ended) child.kill('SIGKILL');
    await Promise.all(ended.map((child) => once(child, 'exit')));
    // The kernel takes a link away some time after the name space at its other end: the next lab needs the name now.
    await Promise.all([...pids.keys()].map((name) => ip('link', 'del', linkOf(name)).catch(() => undefined)));
  });
  const pids = new Map<string, number>();
  const names = hosts.map(({ name }) => `${addressOf(site, name)} ${name}`).join(',');
  for (const { name } of hosts) {
    const log = openSync(path.join(hostRoot(site, name), 'sshd.log'), 'a', 0o600);
    const init = path.join(import.meta.dirname, 'host-init.sh');
    const words = [name, site.dir, CHECKOUT, addressOf(site, name), names, `${SERVICE_ID}`, `${DATABASE_ID}`];
    const child = spawn('unshare', [...SPACES, 'sh', init, ...words], { stdio: ['ignore', log, log] });
    children.push(child);
    await once(child, 'spawn');
    const pid = await firstChild(child.pid ?? -1);
    pids.set(name, pid);
    // --fork comes after the new name spaces were made: the child has them from its first moment.
    await ip('link', 'add', linkOf(name), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', `${pid}`);
    await ip('link', 'set', linkOf(name), 'master', 'lab', 'up');
  }
  await Promise.all(hosts.map(({ name }) => answering(site, name)));
  const kept = opened.move();
  return {
    pids,
    run: async (host, ...argv) => {
      const { stdout } = await execute('nsenter', ['-t', `${pids.get(host)}`, '-m', '-n', '-p', '-u', '-i', ...argv]);
      return stdout;
    },
    setLink: async (host, state) => {
      await ip('link', 'set', linkOf(host), state);
    },
    setWay: async (host, state) => {
      await ip('route', state === 'none' ? 'add' : 'del', 'unreachable', `${addressOf(site, host)}/32`);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function firstChild(pid: number): Promise<number> {
  for (const end = Date.now() + UP_MS; Date.now() < end; await delay(5)) {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    if (child !== undefined && child !== '') return Number(child);
  }
  throw new Error(`process ${pid} has no child`);
}

/** SSH is the last thing that a host starts. */
async function answering(site: HostsSite, host: string): Promise<void> {
  for (const end = Date.now() + UP_MS; Date.now() < end; await delay(50)) {
    if (await answers(addressOf(site, host), 22)) return;
  }
  const log = readFileSync(path.join(hostRoot(site, host), 'sshd.log'), 'utf8');
  throw new Error(`host ${host} does not answer on port 22:\n${log}`);
}

export async function answers(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  socket.setTimeout(500, () => socket.destroy(new Error('timeout')));
  const isUp = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return isUp;
}
