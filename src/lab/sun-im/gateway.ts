// A running XMPP/HTTP gateway: browsers post stanzas, it holds a stream to the server or multiplexor of httpbind.conf for each of
// them. It "always attempts to use StartTLS if it is available" and knows no legacy SSL. A small part of XEP-0124 and XEP-0206: one
// request at a time, no acknowledgements. Whether the real one checks certificates is not documented; this one does not.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { Life } from '../component.ts';
import type { SocketTable } from '../sockets.ts';
import { ANY_CIPHERS } from '../tls-client.ts';
import { addressIn, readConf, words } from './conf.ts';
import type { Conf } from './conf.ts';
import { header } from './engine.ts';
import type { ServerLog } from './engine.ts';
import type { Place } from './settings.ts';
import { childNamed, encode, is, NS, openPieces, renderStanza } from './stanza.ts';
import type { Stanza } from './stanza.ts';
import { openWire } from './wire.ts';
import type { Wire } from './wire.ts';

export type GatewayParts = {
  readonly confFile: string;
  readonly web: Place;
  readonly sockets: SocketTable;
  readonly log: ServerLog;
};

const HTTPBIND = 'http://jabber.org/protocol/httpbind';
const ANSWER_MS = 5_000;
/** How long a request waits for stanzas when the browser names no time. */
const WAIT_MS = 1_000;
/** A browser that does not ask any more is gone. */
const IDLE_MS = 60_000;

type Session = { readonly wire: Wire; readonly domain: string; readonly timer: NodeJS.Timeout };

/** @throws Error when the port is taken */
export async function openGateway({ confFile, web, sockets, log }: GatewayParts): Promise<Life> {
  const conf = readConf(readFileSync(confFile, 'latin1'));
  const sessions = new Map<string, Session>();
  const drop = (sid: string): void => {
    const session = sessions.get(sid);
    clearTimeout(session?.timer);
    session?.wire.close();
    sessions.delete(sid);
  };
  const begin = async (domain: string): Promise<string> => {
    const wire = await callServer(conf, domain, sockets);
    const features = await greet(wire, domain);
    const isOffered = childNamed(features, 'starttls')?.attributes['xmlns'] === NS.tls;
    const last = isOffered ? await encrypt(wire, domain) : features;
    const sid = randomBytes(9).toString('base64url');
    sessions.set(sid, { wire, domain, timer: setTimeout(() => drop(sid), IDLE_MS) });
    log('INFO', `a browser is connected with ${domain}, ${wire.secure() ?? 'in the clear'}`);
    return bodyOf({ sid, from: domain, wait: '1', requests: '1' }, [last]);
  };
  const go = async (body: Stanza): Promise<string> => {
    const { sid = '', to = '', type } = body.attributes;
    if (sid === '') return await begin(to.toLowerCase());
    const session = sessions.get(sid);
    if (session === undefined) return bodyOf({ type: 'terminate', condition: 'item-not-found' }, []);
    session.timer.refresh();
    const { wire, domain } = session;
    for (const stanza of body.children) wire.send(renderStanza(stanza));
    if (type === 'terminate') {
      drop(sid);
      return bodyOf({ type: 'terminate' }, []);
    }
    if (body.attributes['xmpp:restart'] === 'true') {
      wire.restart();
      return bodyOf({}, [await greet(wire, domain)]);
    }
    const wait = Number(body.attributes['wait'] ?? Number.NaN) * 1000;
    const arrived = await wire.next(Number.isFinite(wait) ? wait : WAIT_MS);
    if (arrived.kind === 'element') return bodyOf({}, [arrived.element]);
    if (arrived.kind === 'gone' && arrived.reason === 'no answer in time') return bodyOf({}, []);
    drop(sid);
    return bodyOf({ type: 'terminate', condition: 'remote-connection-failed' }, []);
  };
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    const answer = async (): Promise<void> => {
      await once(request, 'end');
      const reply = await readBody(text)
        .then(go)
        .catch((error: unknown) => {
          log('WARN', error instanceof Error ? error.message : String(error));
          return bodyOf({ type: 'terminate', condition: 'remote-connection-failed' }, []);
        });
      response.writeHead(200, { 'content-type': 'text/xml; charset=utf-8' }).end(reply);
    };
    void answer();
  });
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen({ port: web.port, host: web.address }, listening.resolve);
  await listening.promise;
  log('INFO', 'gateway is up');
  return {
    end: async () => {
      for (const sid of sessions.keys()) drop(sid);
      server.close();
      server.closeAllConnections();
      await Promise.resolve();
    },
  };
}

/** @throws Error when it is no <body/> of XEP-0124 */
function readBody(text: string): Promise<Stanza> {
  const found = openPieces()
    .feed(`<stream>${text}`)
    .find((piece) => piece.kind === 'element');
  if (found?.kind === 'element' && is(found.element, 'body', HTTPBIND)) return Promise.resolve(found.element);
  return Promise.reject(new Error('a request that is no <body/>'));
}

function bodyOf(attributes: Readonly<Record<string, string>>, stanzas: readonly Stanza[]): string {
  const more = Object.entries(attributes).map(([key, value]) => ` ${key}='${encode(value)}'`);
  return `<body xmlns='${HTTPBIND}' xmlns:stream='${NS.stream}'${more.join('')}>${stanzas.map(renderStanza).join('')}</body>`;
}

/** The first host of the profile for that domain, else of the default profile. @throws Error */
async function callServer(conf: Conf, domain: string, sockets: SocketTable): Promise<Wire> {
  const profiles = words(conf.get('httpbind.config') ?? 'default');
  const [first = 'default'] = profiles;
  const profile = profiles.find((name) => words(conf.get(`${name}.domains`) ?? '').includes(domain)) ?? first;
  const [place] = words(conf.get(`${profile}.hosts`) ?? '').flatMap((word) => addressIn(word) ?? []);
  if (place === undefined) throw new Error(`${profile}.hosts names no host`);
  const socket = connect({ host: place.address, port: place.port, noDelay: true });
  sockets.note(socket);
  await once(socket, 'connect', { signal: AbortSignal.timeout(ANSWER_MS) });
  return openWire(socket);
}

/** @throws Error */
async function greet(wire: Wire, domain: string): Promise<Stanza> {
  wire.send(header('client', { to: domain }));
  const head = await wire.next(ANSWER_MS);
  const piece = head.kind === 'head' ? await wire.next(ANSWER_MS) : head;
  if (piece.kind === 'element') return piece.element;
  wire.close();
  throw new Error(`the server of ${domain} gave no stream: ${piece.kind === 'gone' ? piece.reason : piece.kind}`);
}

/** @throws Error */
async function encrypt(wire: Wire, domain: string): Promise<Stanza> {
  wire.send(`<starttls xmlns='${NS.tls}'/>`);
  const answer = await wire.next(ANSWER_MS);
  if (answer.kind !== 'element' || !is(answer.element, 'proceed', NS.tls)) {
    wire.close();
    throw new Error(`the server of ${domain} refused startTLS`);
  }
  await wire.startTls({ minVersion: 'TLSv1', maxVersion: 'TLSv1.2', ciphers: ANY_CIPHERS, rejectUnauthorized: false });
  return await greet(wire, domain);
}
