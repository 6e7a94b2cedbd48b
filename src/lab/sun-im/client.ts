// A client as people have it: Instant Messenger with startTLS where it is offered ("will always use TLS if it is available"), its
// page for legacy SSL, and other clients that insist on TLS or know none. Log-in by PLAIN, then one resource.
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import type { Secret } from '../../core/secret.ts';
import { exposeSecret } from '../../core/secret.ts';
import { ANY_CIPHERS, findUntrusted, peerChain } from '../tls-client.ts';
import { childNamed, encode, is, NS } from './stanza.ts';
import type { Stanza } from './stanza.ts';
import { header } from './engine.ts';
import type { Place } from './settings.ts';
import { openWire } from './wire.ts';
import type { Wire } from './wire.ts';

/** clear: knows no TLS; offered: startTLS where it is offered; only: nothing without; ssl: SSL from the first byte */
export type ClientKind = 'clear' | 'offered' | 'only' | 'ssl';

export type ClientParts = {
  readonly at: Place;
  readonly domain: string;
  readonly user: string;
  readonly password: Secret;
  readonly kind: ClientKind;
  /** PEM of who is trusted */
  readonly roots: string;
  readonly signal: AbortSignal;
};

export interface Client {
  readonly jid: string;
  /** version of TLS; null: in the clear */
  readonly secure: string | null;
  send(text: string): void;
  /** resolves when the connection has ended */
  serve(take: (stanza: Stanza) => void): Promise<void>;
  close(): void;
}

const ANSWER_MS = 5_000;
const VERSIONS: ConnectionOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.2', ciphers: ANY_CIPHERS };

/** @throws Error with the reason */
export async function openClient(parts: ClientParts): Promise<Client> {
  const { at, signal, domain } = parts;
  signal.throwIfAborted();
  const socket = connect({ host: at.address, port: at.port, noDelay: true });
  const abort = (): void => void socket.destroy();
  signal.addEventListener('abort', abort);
  socket.once('close', () => signal.removeEventListener('abort', abort));
  socket.setTimeout(ANSWER_MS, abort);
  await once(socket, 'connect');
  socket.setTimeout(0);
  try {
    if (parts.kind !== 'ssl') return await logIn(parts, openWire(socket));
    const secure = await sslSocket(socket);
    checkChain(parts, peerChain(secure));
    return await logIn({ ...parts, kind: 'clear' }, openWire(secure));
  } catch (error) {
    socket.destroy();
    throw new Error(`${parts.user}@${domain}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

async function sslSocket(socket: Socket) {
  const secure = connectTls({ ...VERSIONS, socket, rejectUnauthorized: false });
  await once(secure, 'secureConnect', { signal: AbortSignal.timeout(ANSWER_MS) });
  return secure;
}

/** Names: a certificate for the domain, as RFC 6120 has it.
 * @throws Error */
function checkChain({ roots, domain }: ClientParts, chain: readonly X509Certificate[]): void {
  const trusted = (roots.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []).map(
    (pem) => new X509Certificate(pem),
  );
  const [leaf] = chain;
  if (leaf === undefined || findUntrusted(chain, trusted) !== undefined)
    throw new Error('the certificate is not trusted');
  if (leaf.checkHost(domain) === undefined) throw new Error(`the certificate is not for ${domain}`);
}

/** @throws Error */
async function element(wire: Wire): Promise<Stanza> {
  const piece = await wire.next(ANSWER_MS);
  if (piece.kind === 'element') return piece.element;
  throw new Error(piece.kind === 'gone' ? piece.reason : `there came ${piece.kind}`);
}

/** @throws Error */
async function openStream(wire: Wire, domain: string): Promise<Stanza> {
  wire.send(header('client', { to: domain }));
  const head = await wire.next(ANSWER_MS);
  if (head.kind !== 'head') throw new Error(head.kind === 'gone' ? head.reason : 'there came no stream');
  return await element(wire);
}

async function logIn(parts: ClientParts, wire: Wire): Promise<Client> {
  const { domain, user, password, kind } = parts;
  let features = await openStream(wire, domain);
  const isOffered = childNamed(features, 'starttls') !== undefined;
  if (isOffered && kind !== 'clear') {
    wire.send(`<starttls xmlns='${NS.tls}'/>`);
    if (!is(await element(wire), 'proceed', NS.tls)) throw new Error('startTLS was refused');
    await wire.startTls({ ...VERSIONS, rejectUnauthorized: false });
    const secure = wire.peer();
    checkChain(parts, secure === undefined ? [] : peerChain(secure));
    features = await openStream(wire, domain);
  } else if (kind === 'only') throw new Error('startTLS is not offered');
  const mechanisms = childNamed(features, 'mechanisms')?.children.map(({ text }) => text) ?? [];
  if (!mechanisms.includes('PLAIN')) throw new Error('no log-in by PLAIN is offered');
  const answer = Buffer.from(`\0${user}\0${exposeSecret(password)}`).toString('base64');
  wire.send(`<auth xmlns='${NS.sasl}' mechanism='PLAIN'>${answer}</auth>`);
  if (!is(await element(wire), 'success', NS.sasl)) throw new Error('the log-in was refused');
  wire.restart();
  await openStream(wire, domain);
  wire.send(`<iq type='set' id='bind'><bind xmlns='${NS.bind}'/></iq>`);
  const bound = childNamed(await element(wire), 'bind');
  const jid = bound === undefined ? '' : (childNamed(bound, 'jid')?.text ?? '');
  if (jid === '') throw new Error('no resource was bound');
  wire.send(`<iq type='set' id='session'><session xmlns='${NS.session}'/></iq><presence/>`);
  return {
    jid,
    secure: wire.secure(),
    send: (text) => wire.send(text),
    close: () => wire.close(),
    serve: async (take) => {
      for (;;) {
        const piece = await wire.next();
        if (piece.kind !== 'element') break;
        take(piece.element);
      }
      wire.close();
    },
  };
}

export const message = (to: string, body: string): string =>
  `<message type='chat' to='${encode(to)}'><body>${encode(body)}</body></message>`;

export interface KeptClient {
  readonly now: () => Client | undefined;
  end(): void;
}

/** Logs in, and again some time after the connection was lost or could not be had.
 * @param parts asked again for every try */
export function keepClient(
  parts: () => Omit<ClientParts, 'signal'>,
  retryMs: number,
  take: (stanza: Stanza) => void = () => undefined,
): KeptClient {
  const ended = new AbortController();
  const { signal } = ended;
  let client: Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  const attempt = async (): Promise<void> => {
    try {
      client = await openClient({ ...parts(), signal });
      await client.serve(take);
    } catch {
      // The next try comes; whether people are let in is seen by `now`.
    }
    client = undefined;
    if (!signal.aborted) timer = setTimeout(() => void attempt(), retryMs);
  };
  void attempt();
  return {
    now: () => client,
    end: () => {
      clearTimeout(timer);
      client?.close();
      ended.abort();
    },
  };
}
