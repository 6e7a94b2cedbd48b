// A running community server with its built-in multiplexer, or a standalone multiplexer: its ports, its sessions to the
// other servers, its users. All of it from the files as they were when it started.
import path from 'node:path';
import type { Json, JsonObject } from '../../core/json.ts';
import { textOf } from '../json-lines.ts';
import type { MemberSpec } from '../scenario/community.ts';
import type { Life } from '../component.ts';
import { keepSession } from './keep-session.ts';
import type { KeptSession } from './keep-session.ts';
import { openDirectory } from './ldap-caller.ts';
import { readMemberSettings } from './member-settings.ts';
import type { MemberSettings, PortModes, ScopeTls } from './member-settings.ts';
import { readServers } from './peers-file.ts';
import { openPort } from './port.ts';
import type { OpenPort } from '../open-listener.ts';
import type { ServerLog } from './server-log.ts';
import { openSession, receiveSession, secureText } from './session.ts';
import type { Identity, Link, Reception, Session } from './session.ts';
import type { CommunitySite } from './site.ts';
import { clientPort, dataFolder, iniFile } from './site.ts';
import type { SocketTable } from '../sockets.ts';
import { makeSwitchboard } from './switchboard.ts';
import type { Switchboard } from './switchboard.ts';
import { REASON } from './vp-frames.ts';

export type MemberParts = {
  readonly site: CommunitySite;
  readonly member: MemberSpec;
  readonly sockets: SocketTable;
  readonly log: ServerLog;
  readonly retryMs: number;
};

/** @throws Error when a port is taken */
export async function openMember(parts: MemberParts): Promise<Life> {
  const { site, member, log } = parts;
  const usual = { server: site.basePort + (member.server ?? 0), client: clientPort(site, member) };
  const settings = readMemberSettings(iniFile(site, member), usual, (text) => log('W', 'TLS', text));
  const directory = member.kind === 'server' ? openDirectory(parts, settings.scopes.STLDAP_) : undefined;
  const links = new Map<string, KeptSession>();
  const board = makeSwitchboard({ name: member.name, serverNamed: (name) => links.get(name)?.session() });
  for (const peer of readServers(path.join(dataFolder(site, member), 'servers.txt'))) {
    if (peer.name !== member.name) links.set(peer.name, keepPeer(parts, settings, peer.name, board));
  }
  const ports: OpenPort[] = [];
  const refused = seldom((text) => log('W', 'Session', text));
  const end = async (): Promise<void> => {
    for (const link of links.values()) link.end();
    directory?.end();
    await Promise.all(ports.map((port) => port.close()));
  };
  const open = async (which: 'server' | 'client', modes: PortModes, scope: ScopeTls, reception: Reception) => {
    for (const one of portsOf(modes, scope)) {
      ports.push(
        await openPort({
          ...one,
          address: member.address,
          sockets: parts.sockets,
          onLink: (link) => receiveSession(link, reception),
          onRefused: (address, reason) => refused(`refused ${address} on the ${which} port: ${reason}`),
        }),
      );
    }
  };
  try {
    if (member.kind === 'server') {
      const { server, scopes } = settings;
      await open('server', server, scopes.STSRV_, serverReception(parts, board));
    }
    await open('client', settings.client, settings.scopes.STMUX_, clientReception(parts, board, links, directory));
  } catch (error) {
    await end();
    throw error;
  }
  return { end };
}

/** Callers come again several times a second: the same text at most once in a while. */
function seldom(tell: (text: string) => void): (text: string) => void {
  const last = new Map<string, number>();
  return (text) => {
    if (Date.now() - (last.get(text) ?? 0) < SELDOM_MS) return;
    last.set(text, Date.now());
    tell(text);
  };
}

const SELDOM_MS = 10_000;

/** A TLS port without a usable certificate, version or suite is a port without TLS; alone on its number it is closed. */
function portsOf({ plain, tls }: PortModes, scope: ScopeTls) {
  const isUsable = scope.key !== undefined && scope.versions !== undefined && scope.ciphers !== undefined;
  const secure = tls > 0 && isUsable ? [tls] : [];
  return [...new Set([...(plain > 0 ? [plain] : []), ...secure])].map((port) => ({
    port,
    takesPlain: port === plain,
    tls: secure.includes(port) ? scope : undefined,
  }));
}

function keepPeer(parts: MemberParts, settings: MemberSettings, name: string, board: Switchboard): KeptSession {
  const { site, member, sockets, log, retryMs } = parts;
  const file = path.join(dataFolder(site, member), 'servers.txt');
  const scope = settings.scopes.STSRV_;
  const peer = () => readServers(file).find((one) => one.name === name) ?? { name, address: '127.0.60.254', port: 9 };
  return keepSession({
    target: () => ({
      from: member.address,
      address: peer().address,
      port: peer().port,
      sockets,
      tls: scope.trust === undefined ? undefined : scope,
      clear: settings.server.plain > 0 || member.kind === 'mux',
    }),
    login: (link, closed) =>
      openSession(link, {
        identity: { kind: member.kind, name: member.name },
        message: (message) => board.route(message),
        closed,
      }),
    retryMs,
    onUp: (session) => {
      log('I', 'Server', `Logged in to server ${session.address}`);
      log('I', 'Session', `server ${name} at ${session.address} called, ${secureText(session.secure)}`);
      for (const user of board.usersOf(name)) session.send({ op: 'attach', user });
    },
    onDown: (session) => log('W', 'Server', `Connection to server ${session.address} was closed`),
    onFailure: (reason) => log('E', 'Server', `Failed to connect to server ${peer().address}, reason: ${reason}`),
  });
}

/** Server port: other servers, multiplexers and applications. */
function serverReception({ site, member, log }: MemberParts, board: Switchboard): Reception {
  const file = path.join(dataFolder(site, member), 'servers.txt');
  const admit = ({ kind, name }: Identity, { address }: Link): number | undefined => {
    if (kind !== 'server') return kind === 'client' ? REASON.incorrectLogin : undefined;
    const known = readServers(file);
    if (known.some((one) => one.name === name && one.address === address)) return undefined;
    if (known.some((one) => one.name === name)) log('E', 'Server', `${name} has wrong net address ${address}`);
    else log('E', 'Server', `Rejecting server ${address} not in servers list`);
    return REASON.notInList;
  };
  return {
    admit,
    opened: (session) => tellSession(log, 'server', session, 'logged in'),
    closed: (session) => {
      board.detachAll(session);
      tellSession(log, 'server', session, 'left');
    },
    message: (session, message) => {
      const user = textOf(message, 'user');
      if (message['op'] === 'attach') board.attach(user, session);
      else if (message['op'] === 'detach') board.detach(user, session);
      else board.route(message);
    },
  };
}

/** Client port of a multiplexer. At a standalone one a user's own server must be told. */
function clientReception(
  { member, log }: MemberParts,
  board: Switchboard,
  links: ReadonlyMap<string, KeptSession>,
  directory: { readonly isUp: () => boolean } | undefined,
): Reception {
  const tellHome = (op: 'attach' | 'detach', { name, home = '' }: Identity): void =>
    links.get(home)?.session()?.send({ op, user: name });
  return {
    admit: ({ kind, home }) => {
      if (kind !== 'client' || (member.kind === 'server' && home !== member.name)) return REASON.incorrectLogin;
      return directory?.isUp() === false ? REASON.verificationDown : undefined;
    },
    opened: (session) => {
      board.attach(session.identity.name, session, session.identity.home);
      tellHome('attach', session.identity);
      tellSession(log, 'client', session, 'logged in');
    },
    closed: (session) => {
      board.detach(session.identity.name, session);
      tellHome('detach', session.identity);
      tellSession(log, 'client', session, 'left');
    },
    message: (session, message) => {
      const isForeign = member.kind === 'mux';
      const home = isForeign ? links.get(textOf(message, 'fromHome'))?.session() : undefined;
      if (home !== undefined) home.send(message);
      else if (isForeign) session.send({ ...cameBack(message) });
      else board.route(message);
    },
  };
}

const cameBack = (message: JsonObject): { readonly [key: string]: Json } => ({
  op: 'packet',
  error: 'the home server cannot be reached',
  to: textOf(message, 'from'),
  number: message['number'] ?? 0,
});

const tellSession = (log: ServerLog, port: 'server' | 'client', session: Session, what: string): void => {
  const { identity, address, secure } = session;
  log(
    'I',
    'Session',
    `${identity.kind} ${identity.name} at ${address} ${what} on the ${port} port, ${secureText(secure)}`,
  );
};
