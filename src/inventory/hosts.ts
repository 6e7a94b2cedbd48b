// How each host is reached: its own keys first, then the defaults of the inventory, then the SSH configuration.
import { userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { OperatorError } from '../core/errors.ts';
import { NO_ADDRESS, NO_FILE } from './host-findings.ts';
import type { InventoryFile } from './schema.ts';
import { lookUpSshHost, type SshConfig, type SshHost } from './ssh-config-lookup.ts';
import type { BecomeEntry, HostEntry, LogInEntry } from './types.ts';

/** What the hosts of an inventory are made from. */
export type HostSource = {
  readonly content: Pick<InventoryFile, 'hosts' | 'defaults'>;
  readonly folder: string;
  /** absent: none is asked for */
  readonly sshConfig?: SshConfig | undefined;
};

type Wish = InventoryFile['hosts'][string];

const NOBODY: SshHost = { identityFiles: [] };
const SSH_PORT = 22;

/** @throws OperatorError INPUT_VALUE for what the SSH configuration says and cannot be followed */
export function hostOf(source: HostSource, name: string): HostEntry {
  const { hosts, defaults } = source.content;
  const host = hosts[name] ?? {};
  const said = saidBySsh(source, name);
  const jump = jumpOf(source, name, said);
  const become = becomeOf(host.become ?? defaults.become);
  const os = host.os ?? defaults.os;
  return {
    ...logInOf(source, name, said),
    ...(jump.length === 0 ? {} : { jump }),
    ...(become === undefined ? {} : { become }),
    ...(os === undefined || os === 'unix' ? {} : { os }),
  };
}

/** What an SSH configuration says of a host; nothing where it is not asked. */
export function saidBySsh({ content, sshConfig }: HostSource, name: string): SshHost {
  const host = content.hosts[name];
  if (sshConfig === undefined || host?.sshConfig === false) return NOBODY;
  return lookUpSshHost(sshConfig, host?.address ?? name, userInfo().username);
}

function logInOf(source: HostSource, name: string, said: SshHost): LogInEntry {
  const { content, folder } = source;
  const { defaults } = content;
  const host: Wish = content.hosts[name] ?? {};
  const address = host.address ?? said.hostName ?? (said === NOBODY ? NO_ADDRESS : name);
  const [user, port] = [host.user ?? defaults.user ?? said.user ?? '', host.port ?? said.port ?? SSH_PORT];
  const own = host.identityFile ?? defaults.identityFile;
  const agent = host.agent ?? defaults.agent;
  const [passphrase, legacy] = [
    host.passphrase ?? defaults.passphrase,
    host.legacyAlgorithms ?? defaults.legacyAlgorithms ?? [],
  ];
  const tokens = { h: address, n: host.address ?? name, p: String(port), r: user };
  return {
    name,
    address,
    port,
    user,
    identityFiles: own === undefined ? sshFiles(source, said, tokens) : own.map((file) => resolve(folder, file)),
    knownHostsFile: knownHostsOf(source, host.knownHosts ?? defaults.knownHosts),
    ...(agent === undefined || agent === false ? {} : { agent: agent === true ? agent : resolve(folder, agent) }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(legacy.length === 0 ? {} : { legacyAlgorithms: legacy }),
  };
}

function knownHostsOf({ folder, sshConfig }: HostSource, file: string | undefined): string {
  if (file !== undefined) return resolve(folder, file);
  return sshConfig === undefined ? NO_FILE : join(sshConfig.home, '.ssh/known_hosts');
}

/** Source: ssh_config(5), TOKENS. */
function sshFiles(
  { sshConfig }: HostSource,
  said: SshHost,
  tokens: Readonly<Record<string, string>>,
): readonly string[] {
  if (sshConfig === undefined) return [];
  const { home } = sshConfig;
  const known: Readonly<Record<string, string>> = { ...tokens, d: home, u: userInfo().username, '%': '%' };
  return said.identityFiles
    .filter((file) => file.toLowerCase() !== 'none')
    .map((file) => {
      const named = file.replace(/^~(?=\/)/, home).replaceAll(/%(.)?/g, (token, letter: string | undefined) => {
        const value = known[letter ?? ''];
        if (value !== undefined) return value;
        throw new OperatorError(
          'INPUT_VALUE',
          `SSH configuration: the token ${token} in IdentityFile ${file} is not known`,
          {
            hint: 'Give identityFile in the inventory.',
          },
        );
      });
      return isAbsolute(named) ? named : join(home, named);
    });
}

function becomeOf(wish: Wish['become']): BecomeEntry | undefined {
  if (wish === undefined || wish.method === 'none' || wish.user === undefined) return undefined;
  const { user, method, login, program } = wish;
  return {
    user,
    method,
    ...(login === undefined ? {} : { login }),
    ...(program === undefined ? {} : { program }),
  };
}

/** The first hop may have hops of its own. Of the defaults' way those hosts are left out that stand on it. */
function jumpOf(source: HostSource, name: string, said: SshHost, seen: readonly string[] = []): readonly LogInEntry[] {
  const { hosts, defaults } = source.content;
  const common = defaults.jump ?? [];
  const names = hosts[name]?.jump ?? (common.includes(name) ? [] : common);
  if (seen.includes(name))
    throw new OperatorError('INPUT_VALUE', `host ${seen[0] ?? name}: its way leads through ${name} twice`, {
      hint: 'Correct jump in the inventory, or ProxyJump in the SSH configuration.',
    });
  const way = hosts[name]?.jump === undefined && names.length === 0 ? said.proxyJump : undefined;
  const hops = way === undefined ? names.map((hop) => inventoryHop(source, hop)) : proxyHops(source, way);
  const [first] = hops;
  if (first === undefined) return [];
  return [...jumpOf(source, first.name, first.said, [...seen, name]), ...hops.map(({ logIn }) => logIn)];
}

type Hop = { readonly name: string; readonly said: SshHost; readonly logIn: LogInEntry };

function inventoryHop(source: HostSource, name: string): Hop {
  const said = saidBySsh(source, name);
  return { name, said, logIn: logInOf(source, name, said) };
}

/** `[user@]host[:port]`, with a comma between two; the hosts are looked up in the SSH configuration. */
function proxyHops(source: HostSource, proxyJump: string): readonly Hop[] {
  return proxyJump.split(',').map((text) => {
    const [, user, name, inner, port] =
      /^(?:ssh:\/\/)?(?:(.+)@)?(\[([^\]]+)\]|[^:@[\]]+)(?::(\d{1,5}))?\/?$/.exec(text.trim()) ?? [];
    const host = inner ?? name;
    if (host === undefined)
      throw new OperatorError(
        'INPUT_VALUE',
        `SSH configuration: ProxyJump ${proxyJump} has another form than user@host:port`,
      );
    if (source.content.hosts[host] !== undefined && user === undefined && port === undefined)
      return inventoryHop(source, host);
    const said = saidBySsh(source, host);
    const wish: HostSource = {
      ...source,
      content: {
        defaults: source.content.defaults,
        hosts: {
          [host]: { ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port: Number(port) }) },
        },
      },
    };
    return { name: host, said, logIn: logInOf(wish, host, said) };
  });
}
