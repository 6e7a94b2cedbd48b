// Many hosts on this machine for bench:fleet: one OpenSSH daemon each, with its own port, host key, home, profile and list
// of processes. They share the file system and the user; what a tool writes to one must be seen in that one only.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ToolMissing } from './tools.ts';

export type FleetHost = {
  readonly name: string;
  readonly port: number;
  readonly folder: string;
  /** properties/ssl.client.props and bin/toolCheck.sh are in it */
  readonly profile: string;
};

export interface Fleet extends AsyncDisposable {
  readonly folder: string;
  readonly hosts: readonly FleetHost[];
  readonly user: string;
  readonly key: string;
  readonly knownHosts: string;
  /** for ssh and Ansible: `ssh -F` */
  readonly sshConfig: string;
  /** every profile as it was at first, without backups */
  reset(): Promise<void>;
  /** processor time that the hosts have used so far, with everything that was executed on them */
  cpuSeconds(): Promise<number>;
  /** hosts whose file has this protocol, and hosts that keep a copy of the old file */
  count(protocol: string): Promise<{ readonly wanted: number; readonly backups: number }>;
}

export const OLD = 'SSL_TLS';
export const WANTED = 'TLSv1.2';
export const fileOf = ({ profile }: FleetHost): string => join(profile, 'properties', 'ssl.client.props');

/** The keys and comments of the file as the product brings it, shortened. Source: IBM WebSphere 8.5.5, ssl.client.props. */
const PROPERTIES = `#-------------------------------------------------------------------------
# SSL Client Properties File
#-------------------------------------------------------------------------
com.ibm.ssl.defaultAlias=DefaultSSLSettings
com.ibm.ssl.performURLHostNameVerification=false
com.ibm.ssl.validationEnabled=false
com.ibm.security.useFIPS=false
user.root=/opt/IBM/WebSphere/AppClient
${Array.from({ length: 40 }, (_, line) => `# Line ${line + 1} of the text that explains the properties below, as long as such lines are.`).join('\n')}
com.ibm.ssl.alias=DefaultSSLSettings
com.ibm.ssl.protocol=${OLD}
com.ibm.ssl.securityLevel=HIGH
com.ibm.ssl.trustManager=PKIX
com.ibm.ssl.keyManager=IbmX509
com.ibm.ssl.contextProvider=IBMJSSE2
com.ibm.ssl.enableSignerExchangePrompt=gui
com.ibm.ssl.trustStoreName=ClientDefaultTrustStore
`;
/** The command of the work: a program of the profile that reads the file. */
const CHECK = `#!/bin/sh
grep '^com.ibm.ssl.protocol=' "\${0%/bin/*}/properties/ssl.client.props" >/dev/null
`;

export async function openFleet(count: number): Promise<Fleet> {
  if (process.getuid?.() !== 0) throw new ToolMissing('sshd with a home for each host needs root here');
  const folder = await mkdtemp(join(tmpdir(), 'strictstep-fleet-'));
  const stack = new AsyncDisposableStack();
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  try {
    const key = join(folder, 'id');
    makeKey(key);
    const names = Array.from({ length: count }, (_, index) => `h${String(index + 1).padStart(3, '0')}`);
    const ports = await freePorts(count);
    const hosts = names.map((name, index) => ({
      name,
      port: ports[index] ?? 0,
      folder: join(folder, name),
      profile: join(folder, name, 'AppClient'),
    }));
    await mkdir('/run/sshd', { recursive: true });
    const daemons = await Promise.all(hosts.map((host) => startHost(host, key)));
    for (const daemon of daemons) stack.defer(() => stopped(daemon));
    await Promise.all(hosts.map(({ port }) => answers(port)));
    const known = await Promise.all(
      hosts.map(async (host) => `[127.0.0.1]:${host.port} ${await publicKey(join(host.folder, 'host_key'))}`),
    );
    const [knownHosts, sshConfig] = [join(folder, 'known_hosts'), join(folder, 'ssh_config')];
    await writeFile(knownHosts, `${known.join('\n')}\n`);
    const user = userInfo().username;
    await writeFile(sshConfig, sshConfigOf(hosts, { user, key, knownHosts }));
    const kept = stack.move();
    const reset = async (): Promise<void> => void (await Promise.all(hosts.map(layProfile)));
    const dispose = (): Promise<void> => kept.disposeAsync();
    const fleet = { folder, hosts, user, key, knownHosts, sshConfig, reset };
    const cpuSeconds = (): Promise<number> => cpuOf(daemons);
    return { ...fleet, cpuSeconds, count: (protocol) => countOf(hosts, protocol), [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function startHost(host: FleetHost, key: string): Promise<ChildProcess> {
  await mkdir(join(host.folder, 'home'), { recursive: true });
  await layProfile(host);
  makeKey(join(host.folder, 'host_key'));
  const config = join(host.folder, 'sshd_config');
  // MaxSessions and MaxStartups are OpenSSH's own. Names are not looked up and PAM is left out: they are no tool's work.
  await writeFile(
    config,
    `ListenAddress 127.0.0.1:${host.port}
HostKey ${host.folder}/host_key
AuthorizedKeysFile ${key}.pub
StrictModes no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
PidFile none
LogLevel QUIET
SetEnv HOME=${host.folder}/home
Subsystem sftp internal-sftp
`,
  );
  const ownProcesses = ['--pid', '--fork', '--mount-proc', '--kill-child=TERM'];
  return spawn('unshare', [...ownProcesses, '/usr/sbin/sshd', '-D', '-f', config], { stdio: 'ignore' });
}

async function layProfile({ profile }: FleetHost): Promise<void> {
  await rm(profile, { recursive: true, force: true });
  await mkdir(join(profile, 'properties'), { recursive: true });
  await mkdir(join(profile, 'bin'));
  await writeFile(join(profile, 'properties', 'ssl.client.props'), PROPERTIES);
  await writeFile(join(profile, 'bin', 'toolCheck.sh'), CHECK, { mode: 0o755 });
}

async function countOf(hosts: readonly FleetHost[], protocol: string) {
  const found = await Promise.all(
    hosts.map(async (host) => ({
      isWanted: (await readFile(fileOf(host), 'utf8')).includes(`\ncom.ibm.ssl.protocol=${protocol}\n`),
      hasBackup: (await readdir(join(host.profile, 'properties'))).length > 1,
    })),
  );
  return {
    wanted: found.filter(({ isWanted }) => isWanted).length,
    backups: found.filter(({ hasBackup }) => hasBackup).length,
  };
}

/** Clock ticks of proc_pid_stat(5): of the daemon below `unshare`, and of all children that were waited for. */
const TICKS_PER_SECOND = 100;

async function cpuOf(daemons: readonly ChildProcess[]): Promise<number> {
  const ticks = await Promise.all(
    daemons.map(async ({ pid }) => {
      const child = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim();
      const stat = await readFile(`/proc/${child}/stat`, 'utf8');
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      return fields.slice(11, 15).reduce((sum, value) => sum + value, 0);
    }),
  );
  return ticks.reduce((sum, value) => sum + value, 0) / TICKS_PER_SECOND;
}

function makeKey(file: string): void {
  const { status } = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'fleet', '-f', file]);
  if (status !== 0) throw new ToolMissing('ssh-keygen cannot make a key');
}

const publicKey = async (file: string): Promise<string> =>
  (await readFile(`${file}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ');

const sshConfigOf = (
  hosts: readonly FleetHost[],
  { user, key, knownHosts }: Pick<Fleet, 'user' | 'key' | 'knownHosts'>,
): string =>
  `${hosts.map(({ name, port }) => `Host ${name}\n  HostName 127.0.0.1\n  Port ${port}`).join('\n')}
Host *
  User ${user}
  IdentityFile ${key}
  IdentitiesOnly yes
  UserKnownHostsFile ${knownHosts}
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  BatchMode yes
  LogLevel ERROR
`;

/** All are held open until the last is known, so that no two are the same. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ports.push((server.address() as AddressInfo).port);
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function answers(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await delay(50);
  }
  throw new ToolMissing(`no sshd answers on port ${port}`);
}

async function stopped(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null) return;
  const ended = once(daemon, 'exit');
  // unshare itself takes no SIGTERM; its end gives the daemon one.
  daemon.kill('SIGKILL');
  await ended;
}
