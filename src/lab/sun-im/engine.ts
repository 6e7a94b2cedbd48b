// What the parts of one running server share: its settings and stores as they were when it started, who is logged in, the links to
// other servers, its log. Keys of dialback as XEP-0185 makes them.
import { createHmac, randomBytes } from 'node:crypto';
import type { SecureContext } from 'node:tls';
import type { SocketTable } from '../sockets.ts';
import type { Accounts } from './accounts.ts';
import type { PeerLink } from './peer-link.ts';
import type { Coserver, ServerSettings } from './settings.ts';
import { childNamed, encode, NS, renderStanza } from './stanza.ts';
import type { Stanza } from './stanza.ts';
import type { ServerStore } from './stores.ts';

export type ServerLog = (level: 'INFO' | 'WARN' | 'ERROR', text: string) => void;

/** A client that is logged in. */
export type Seat = { readonly user: string; readonly resource: string; readonly send: (text: string) => void };

export type Engine = {
  readonly settings: ServerSettings;
  /** undefined: iim.conf names none, or it cannot be opened */
  readonly store: ServerStore | undefined;
  /** of the server side; undefined: no TLS */
  readonly context: SecureContext | undefined;
  readonly accounts: () => Accounts;
  readonly seats: Set<Seat>;
  readonly peers: ReadonlyMap<string, PeerLink>;
  readonly sockets: SocketTable;
  readonly log: ServerLog;
  /** ends everything that still waits */
  readonly ended: AbortSignal;
  readonly dialbackKey: (to: string, from: string, id: string) => string;
};

export function makeDialbackKey(): Engine['dialbackKey'] {
  const secret = randomBytes(32);
  return (to, from, id) => createHmac('sha256', secret).update(`${to} ${from} ${id}`).digest('hex');
}

export const coserverOf = ({ settings }: Engine, domain: string): Coserver | undefined =>
  settings.coservers.find((one) => one.domain === domain);

/** Whether a link with that domain has to be encrypted; undefined: with whom is not known yet. */
export const mustEncrypt = (engine: Engine, domain: string | undefined): boolean =>
  engine.settings.requiresTls || (domain !== undefined && coserverOf(engine, domain)?.requiresTls === true);

export const domainOf = (jid: string): string => (jid.replace(/^[^@/]*@/, '').split('/')[0] ?? '').toLowerCase();
const localOf = (jid: string): string => (/^([^@/]+)@/.exec(jid)?.[1] ?? '').toLowerCase();
const resourceOf = (jid: string): string => /\/(.*)$/.exec(jid)?.[1] ?? '';

/** Delivers here, or hands over to the link of the other domain. */
export function route(engine: Engine, stanza: Stanza): void {
  const { settings, seats, peers } = engine;
  const to = stanza.attributes['to'] ?? settings.domain;
  const domain = domainOf(to);
  if (domain !== settings.domain) {
    const peer = peers.get(domain);
    if (peer === undefined) bounce(engine, stanza, 'remote-server-not-found');
    else peer.send(stanza);
    return;
  }
  const [user, resource] = [localOf(to), resourceOf(to)];
  if (user === '') {
    answerForServer(engine, stanza);
    return;
  }
  // Who logged in again may have an old connection that nobody has noticed yet.
  const seat = [...seats].findLast((one) => one.user === user && (resource === '' || one.resource === resource));
  if (seat === undefined) bounce(engine, stanza, 'service-unavailable');
  else seat.send(renderStanza(stanza));
}

function answerForServer(engine: Engine, stanza: Stanza): void {
  const { name, attributes } = stanza;
  if (name !== 'iq' || (attributes['type'] !== 'get' && attributes['type'] !== 'set')) return;
  const isPing = childNamed(stanza, 'ping')?.attributes['xmlns'] === NS.ping;
  if (!isPing) {
    bounce(engine, stanza, 'service-unavailable');
    return;
  }
  const { id = '', from = '', to = engine.settings.domain } = attributes;
  route(engine, { name: 'iq', attributes: { type: 'result', id, from: to, to: from }, children: [], text: '' });
}

/** Never for an error, or two servers would send them to and fro. */
export function bounce(engine: Engine, stanza: Stanza, condition: string): void {
  const { name, attributes } = stanza;
  const { from, to = '', id, type } = attributes;
  if (from === undefined || type === 'error' || (name === 'iq' && type === 'result') || name === 'presence') return;
  const error: Stanza = {
    name: 'error',
    attributes: { type: 'cancel' },
    children: [{ name: condition, attributes: { xmlns: NS.stanzas }, children: [], text: '' }],
    text: '',
  };
  const back = { type: 'error', from: to, to: from, ...(id === undefined ? {} : { id }) };
  route(engine, { name, attributes: back, children: [...stanza.children, error], text: '' });
}

export const streamError = (condition: string): string =>
  `<stream:error><${condition} xmlns='${NS.streams}'/></stream:error></stream:stream>`;

export const header = (kind: 'client' | 'server', attributes: Readonly<Record<string, string | undefined>>): string => {
  const more = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}='${encode(value)}'`],
  );
  const dialback = kind === 'server' ? ` xmlns:db='${NS.dialback}'` : '';
  return `<?xml version='1.0'?><stream:stream xmlns='${NS[kind]}'${dialback} xmlns:stream='${NS.stream}'${more.join('')} version='1.0'>`;
};
